import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent, SessionEventOf } from '../events.ts';
import { isForking } from '../process-managers/forks.ts';
import type { Refusal } from '../refusals.ts';
import { nextTurn, runningTurn, type SessionState } from '../state.ts';

/** Bytes of a file that is edited in the browser. */
export const MAX_FILE_BYTES = 512 * 1024;
const MAX_PATH_CHARS = 400;

export type SaveFile = {
  readonly saveId: string;
  /** Relative to `/app`. */
  readonly path: string;
  /** The blob that was edited; `null`: there was none. */
  readonly base: string | null;
  readonly bytes: number;
};

/** Why the path is none of the app's own code, or `undefined` where it is. */
const whyNoFile = (path: string): string | undefined => {
  const parts = path.split('/');
  if (path.length > MAX_PATH_CHARS) return 'its path is too long';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be in it
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'its path has characters that no path should have';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'it is outside the app';
  if (parts.some((part) => part.toLowerCase() === '.git')) return 'it belongs to git';
  if (parts.includes('node_modules')) return 'it belongs to a package';
  if (parts.at(-1) === '.env') return 'variables are changed in the backend panel';
  return undefined;
};

/** Why nobody may change the code by hand now, or ever, in those files. */
const whyNoChange = (
  saveId: string,
  paths: readonly string[],
  state: SessionState,
): Refusal | { readonly from: string } | 'asked already' => {
  if (state.status !== 'open') return { tag: 'SessionNotOpen' };
  const { history } = state;
  if (state.mode === 'quick') return { tag: 'QuickPage' };
  if (history === undefined || state.readyAt === undefined) return { tag: 'NotReady' };
  const why = paths.map(whyNoFile).find((reason) => reason !== undefined);
  if (why !== undefined) return { tag: 'FilePathInvalid', why };
  if (state.save?.saveId === saveId) return 'asked already';
  if (state.save !== undefined) return { tag: 'SaveRunning' };
  if (history.move !== undefined) return { tag: 'MoveRunning' };
  if (isForking(state)) return { tag: 'ForkRunning' };
  if (runningTurn(state) !== undefined || nextTurn(state) !== undefined) return { tag: 'TurnRunning' };
  return { from: history.at };
};

const asked = (
  may: ReturnType<typeof whyNoChange>,
  data: Omit<SessionEventOf<'FileSaveRequested'>['data'], 'from'>,
): Either<Refusal, readonly SessionEvent[]> => {
  if (may === 'asked already') return right([]);
  return 'tag' in may ? left(may) : right([{ type: 'FileSaveRequested', data: { ...data, ...may } }]);
};

/**
 * Asks for one file to be written and committed, as it was edited by hand. The agent and the owner never write at the
 * same time: while a turn runs or waits, nothing is saved.
 */
export const decideSaveFile = (
  { saveId, path, base, bytes }: SaveFile,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  const may = whyNoChange(saveId, [path], state);
  if (bytes > MAX_FILE_BYTES && (may === 'asked already' || !('tag' in may)))
    return left({ tag: 'FileTooLong', max: MAX_FILE_BYTES });
  return asked(may, { saveId, path, base, bytes });
};

export type ChangeFile = Pick<SaveFile, 'saveId' | 'path'> & {
  /** The blob that was looked at. */
  readonly base: string;
  /** Its new path; without one it is deleted. */
  readonly to?: string;
};

/** Asks for a file to be renamed or deleted, which is a commit like any other and can be undone. */
export const decideChangeFile = (
  { saveId, path, base, to }: ChangeFile,
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (to === path) return left({ tag: 'FilePathInvalid', why: 'it has that name already' });
  const may = whyNoChange(saveId, to === undefined ? [path] : [path, to], state);
  const change = to === undefined ? ({ change: 'delete' } as const) : ({ change: 'rename', to } as const);
  return asked(may, { saveId, path, base, bytes: 0, ...change });
};
