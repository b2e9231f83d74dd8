const OLDEST = [20, 19];

/**
 * What is wrong with a Node for setting this project up, as a sentence for a person; `undefined` when nothing is.
 * @param {string} version as in `process.versions.node`, e.g. `20.19.0`
 */
export const complaintAboutNode = (version) => {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return (
    `This is Node ${version}; installing needs Node ${OLDEST.join('.')} or newer ` +
    '(the server itself then runs on its own Node 24).\n' +
    'Install one from https://nodejs.org or with your package manager, and try again.'
  );
};
