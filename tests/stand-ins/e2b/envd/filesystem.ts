import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { Refusal, readUnary } from './wire.ts';

const entry = async (path: string) => {
  const info = await lstat(path).catch(() => {
    throw new Refusal(404, 'not_found', `file not found: ${path}`);
  });
  const type = info.isDirectory() ? 'DIRECTORY' : info.isSymbolicLink() ? 'SYMLINK' : 'FILE';
  return {
    name: basename(path),
    type: `FILE_TYPE_${type}`,
    path,
    size: String(info.size),
    mode: info.mode & 0o777,
    permissions: '',
    owner: 'user',
    group: 'user',
    modifiedTime: info.mtime.toISOString(),
  };
};

type Call = (body: {
  readonly path: string;
  readonly source: string;
  readonly destination: string;
}) => unknown;

const calls: Readonly<Record<string, Call>> = {
  Stat: async ({ path }) => ({ entry: await entry(path) }),
  ListDir: async ({ path }) => {
    await entry(path);
    return { entries: await Promise.all((await readdir(path)).map((name) => entry(join(path, name)))) };
  },
  MakeDir: async ({ path }) => {
    if ((await mkdir(path, { recursive: true })) === undefined)
      throw new Refusal(409, 'already_exists', `directory already exists: ${path}`);
    return { entry: await entry(path) };
  },
  Move: async ({ source, destination }) => {
    await entry(source);
    await rename(source, destination);
    return { entry: await entry(destination) };
  },
  Remove: async ({ path }) => {
    await rm(path, { recursive: true, force: true });
    return {};
  },
};

/** `filesystem.Filesystem` of envd, without watchers. */
export const filesystemCall = async (method: string, request: IncomingMessage): Promise<unknown> => {
  const call = calls[method];
  if (call === undefined) throw new Refusal(404, 'unimplemented', `${method} is not implemented`);
  return call(await readUnary(request));
};
