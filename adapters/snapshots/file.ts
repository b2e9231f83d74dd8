import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import type { DirectoryState } from '../../commands/directory.ts';
import type { Snapshot, Snapshots } from '../../commands/ports/snapshots.ts';
import { foldingCode } from './code-version.ts';

/** Of a format that changes this is another one. */
const FORMAT = 'mk0r directory 1';
/** Entries in a part: a part is written at once, and nobody is served meanwhile. */
const PART = 500;
const LENGTH_BYTES = 4;
const DIGEST_BYTES = 32;

type Head = {
  readonly format: string;
  readonly code: string;
  readonly last: Snapshot['last'];
  readonly rest: Omit<DirectoryState, 'sessions' | 'heads'>;
};
type Part = Partial<Pick<DirectoryState, 'sessions' | 'heads'>>;

const log = { info: (_fields: object, _message: string): void => undefined };
type Logger = typeof log;

/** A head and parts, each with its length before it, and the digest of it all at the end. */
const partsOf = function* (code: string, { last, directory }: Snapshot): Generator<Head | Part> {
  const { sessions, heads, ...rest } = directory;
  yield { format: FORMAT, code, last, rest };
  for (let at = 0; at < sessions.length; at += PART) yield { sessions: sessions.slice(at, at + PART) };
  for (let at = 0; at < heads.length; at += PART) yield { heads: heads.slice(at, at + PART) };
};

const written = (part: Head | Part): Buffer => {
  const bytes = serialize(part);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const read = (file: Buffer, code: string): Snapshot | undefined => {
  const end = file.length - DIGEST_BYTES;
  if (end < 0 || !createHash('sha256').update(file.subarray(0, end)).digest().equals(file.subarray(end)))
    return undefined;
  const parts: (Head | Part)[] = [];
  for (let at = 0; at < end; ) {
    const length = file.readUInt32BE(at);
    at += LENGTH_BYTES + length;
    parts.push(deserialize(file.subarray(at - length, at)));
  }
  const [head, ...others] = parts as [Head, ...Part[]];
  if (head.format !== FORMAT || head.code !== code) return undefined;
  return {
    last: head.last,
    directory: {
      ...head.rest,
      sessions: others.flatMap(({ sessions = [] }) => sessions),
      heads: others.flatMap(({ heads = [] }) => heads),
    },
  };
};

/**
 * The snapshot of a process in a file of its own, which may be deleted. Of one that was written by other code, or only in
 * part, nothing is believed: a start then folds the log from its first event.
 */
export const createSnapshotFile = (
  file: string,
  { logger = log, code = foldingCode() }: { readonly logger?: Logger; readonly code?: string } = {},
): Snapshots => ({
  load: async () => {
    try {
      const snapshot = read(await readFile(file), code);
      if (snapshot === undefined) logger.info({ file }, 'the snapshot is of another release, or damaged');
      return snapshot;
    } catch {
      return undefined;
    }
  },
  save: async (snapshot) => {
    const unfinished = `${file}.unfinished`;
    try {
      const digest = createHash('sha256');
      const out = await open(unfinished, 'w', 0o600);
      try {
        for (const part of partsOf(code, snapshot)) {
          const bytes = written(part);
          digest.update(bytes);
          await out.write(bytes);
        }
        await out.write(digest.digest());
        await out.sync();
      } finally {
        await out.close();
      }
      await rename(unfinished, file);
    } catch (error) {
      logger.info(
        { file, error: String(error) },
        'no snapshot was kept; the next start reads more of the log',
      );
      await rm(unfinished, { force: true }).catch(() => undefined);
    }
  },
});
