import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { TableSize } from '../../domain/session/events.ts';
import type { ProviderError, ServiceProvider } from './services.ts';

/** Another attempt has been made since: what this one knows may no longer be so. */
export const TOO_LATE: ProviderError = {
  code: 'too_late',
  message: 'It came about after it had been given up on.',
  retryable: true,
};

/**
 * A copy of a session's database. `tables` are the app's own, with what stood in them, and none where that is not known
 * any more; `bytes` is what it takes where it is kept, 0 where it shares its pages with the database.
 */
export type Copy = {
  readonly checkpointId: string;
  readonly bytes: number;
  readonly tables: readonly TableSize[];
};

type OfDatabase = {
  readonly slug: string;
  /** Its id at the provider, as the log has it: another one of the name may have come about beside it. */
  readonly resourceId?: string;
};

type OfSession = OfDatabase & {
  /** Copies the log knows of. Whatever else there is of the session's was never recorded, or was given up. */
  readonly keep: readonly string[];
  readonly signal: AbortSignal;
  /**
   * Whether another attempt may have taken the place of this one, so that what is to be kept may be more by now. Asked
   * before anything is given up or restored.
   */
  readonly isOver: () => boolean;
};

export type TakeRequest = OfSession & {
  /** Its name, made of what it is of: taking it again answers with the copy that is there. */
  readonly checkpointId: string;
};

export type RestoreRequest = OfSession & {
  readonly checkpointId: string;
  /** Names the restore, and the copy that what was there before becomes: made again, it is done once. */
  readonly moveId: string;
  /** Moves the code. Where it fails the data is as it was before. */
  readonly meanwhile: TaskEither<ProviderError, void>;
};

export type BringRequest = OfSession & {
  /** The session the data is of, which stays as it is, and which of its copies. */
  readonly from: { readonly slug: string; readonly checkpointId: string };
  /** Names it, and the copy that what was here before becomes: made again, it is done once. */
  readonly moveId: string;
};

export type Brought = {
  /** What the database has in it now. */
  readonly tables: readonly TableSize[];
  readonly before: Copy;
};

export type ScratchRequest = OfDatabase & {
  /** The copy it begins as; an empty database without one. */
  readonly checkpointId?: string;
  readonly signal: AbortSignal;
};

/** A database for a look at an older version: one a session, and nothing of it is kept. */
export type Scratch = {
  /** In place of the one before. Its connection string is for the session's own sandbox. */
  readonly open: (request: ScratchRequest) => TaskEither<ProviderError, { readonly databaseUrl: string }>;
  /** Succeeds where there is none. It also ends with the release of the database. */
  readonly close: (of: {
    readonly slug: string;
    readonly signal: AbortSignal;
  }) => TaskEither<ProviderError, void>;
  /** Slugs of sessions that have one which does not end by itself. */
  readonly list: (signal: AbortSignal) => TaskEither<ProviderError, readonly string[]>;
};

/**
 * What keeps a session's data beside its code. A copy is as the database was at one moment, never a mixture of two, and
 * so is what a restore leaves behind, wherever it is cut off. Connections are ended in the course of both; the database
 * answers again, at the same address and to the same role, when they are done. Copies end with the release of the
 * database. Error codes: `checkpoint_missing`, `database_too_large`, `too_late`, and those of the provider.
 */
export type Checkpoints = {
  /** Copies there may be of one session's database. */
  readonly most: number;
  /** Answers with an earlier copy of those to `keep` where nothing was changed since; gives up what is not to be kept. */
  readonly take: (request: TakeRequest) => TaskEither<ProviderError, Copy>;
  /** The database as that copy has it. Answers with what was there before, which is kept as a copy too. */
  readonly restore: (request: RestoreRequest) => TaskEither<ProviderError, Copy>;
  /**
   * The database as a copy of another session's has it, belonging to this one's own role. As SQL: roles, rights, policies
   * and domains do not come along.
   */
  readonly bring: (request: BringRequest) => TaskEither<ProviderError, Brought>;
  readonly scratch: Scratch;
};

/** The `neon` service: provisioning, and what keeps its data at a moment. */
export type DatabaseProvider = ServiceProvider & { readonly checkpoints: Checkpoints };
