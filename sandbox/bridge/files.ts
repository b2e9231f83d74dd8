import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errno, Problem } from './http/problem.ts';

export const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** Reads a regular file of at most 5 MiB. `path` has been confined already. */
export const readRegularFile = async (path: string): Promise<Buffer> => {
  // O_NONBLOCK: opening a FIFO would otherwise wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => {
    throw errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR'
      ? new Problem(404, 'file_not_found', 'There is no such file.')
      : new Problem(400, 'not_a_file', `The path cannot be read as a file (${errno(error)}).`);
  });
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new Problem(400, 'not_a_file', 'The path is not a regular file.');
    if (info.size > MAX_FILE_BYTES) {
      throw new Problem(413, 'file_too_large', `Files of more than ${MAX_FILE_BYTES} bytes are not read.`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
};

const modeOf = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/**
 * Writes a file so that a reader sees the old content or the new, never a part: temporary file, then rename.
 * Not synced to disk: a sandbox that loses its host is restored from the last pushed commit.
 * Missing directories are made. Without `mode` an existing file keeps its own and a new one gets 0644.
 */
export const writeAtomically = async (path: string, content: Uint8Array, mode?: number): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  const finalMode = mode ?? (await modeOf(path)) ?? 0o644;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      // The umask does not apply to chmod: the mode asked for is the mode there is.
      await file.chmod(finalMode);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (errno(error) === 'EISDIR') throw new Problem(400, 'not_a_file', 'The path is a directory.');
    throw error;
  }
};
