import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { StepError } from '../../domain/steps.ts';
import type { CommandError, CreatedSession, Revision, SessionCommand } from './command.ts';

/** Moves between the versions of a session, forks of them, and looks at older ones. */
export type Versions = {
  readonly moveHistory: (
    command: SessionCommand & {
      readonly to: 'undo' | 'redo' | { readonly sha: string };
      readonly data: 'keep' | 'restore';
      readonly checkpointId?: string;
    },
  ) => TaskEither<CommandError, Revision>;
  /** A session of its own that begins as that version of this one; `data`: the version's, or an empty database. */
  readonly forkSession: (
    command: SessionCommand & {
      readonly commit: string;
      readonly data: 'kept' | 'empty';
      readonly sessionKey?: string;
    },
  ) => TaskEither<CommandError, CreatedSession>;
  /** Has tried again what of a fork did not come over. */
  readonly retryFork: (command: SessionCommand) => TaskEither<CommandError, Revision>;
  /** Shows a version beside the app, with a database that is thrown away; answers before it is there. */
  readonly openVersion: (command: {
    readonly sessionId: string;
    readonly commit: string;
  }) => TaskEither<CommandError, OldVersionView>;
  readonly closeVersion: (command: {
    readonly sessionId: string;
  }) => TaskEither<CommandError, OldVersionView>;
  readonly version: (sessionId: string) => Promise<OldVersionView>;
};

/** An older version that is looked at; `data`: that version's, an empty database, or none. */
export type OldVersionView = {
  readonly state: 'closed' | 'opening' | 'open' | 'failed';
  readonly commit?: string;
  readonly data?: 'kept' | 'empty' | 'none';
  readonly error?: StepError;
};
