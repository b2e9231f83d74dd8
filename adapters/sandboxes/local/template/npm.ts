/** npm as it runs this process, where it does, else the one in the path. */
export const npm = (): readonly [string, readonly string[]] => {
  const script = process.env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? [process.execPath, [script]] : ['npm', []];
};
