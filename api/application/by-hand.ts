import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';
import type { ChangeData } from '../../domain/session/decide/data.ts';
import type { CommandError, Revision, SessionCommand } from './command.ts';

/** What owners do to code, data, variables and services beside the agent. */
export type ByHand = {
  /** Gives one service back; the session goes on without it. */
  readonly releaseService: (
    command: SessionCommand & { readonly service: ServiceName },
  ) => TaskEither<CommandError, Revision>;
  /** Asks for a file to be written and committed; what became of it is in the session's view. */
  readonly saveFile: (
    command: SessionCommand & {
      readonly path: string;
      readonly content: string;
      /** The blob that was edited; `null`: a new file. */
      readonly base: string | null;
    },
  ) => TaskEither<CommandError, Revision & { readonly saveId: string }>;
  /** Asks for a file to be renamed, or, without `to`, deleted; what became of it is in the session's view. */
  readonly changeFile: (
    command: SessionCommand & {
      readonly path: string;
      /** The blob that was looked at. */
      readonly base: string;
      readonly to?: string;
    },
  ) => TaskEither<CommandError, Revision & { readonly saveId: string }>;
  /** The value itself, for its owner; in the log that it was shown, and to whom. */
  readonly revealVariable: (
    command: SessionCommand & { readonly name: string },
  ) => TaskEither<CommandError, Revision & { readonly name: string; readonly value: string }>;
  /** Without a `value`: back to what its service gave. */
  readonly replaceVariable: (
    command: SessionCommand & { readonly name: string; readonly value?: string },
  ) => TaskEither<CommandError, Revision>;
  /** Says in the log what the owner is about to change in the app's own database. */
  readonly changeData: (
    command: SessionCommand & { readonly change: ChangeData },
  ) => TaskEither<CommandError, Revision>;
  /** Env names with masked values, e.g. `postgresql://…` shown as `post…9f2c`. */
  readonly maskedEnv: (sessionId: string) => TaskEither<
    CommandError,
    readonly {
      readonly name: string;
      readonly masked: string;
      readonly service: ServiceName | 'yours';
      /** Its owner has replaced it here, and can put it back. */
      readonly replaced: boolean;
    }[]
  >;
  /** Values of the session's secrets by name, for the panels that talk to its backend; never sent to a client. */
  readonly secrets: (sessionId: string) => TaskEither<CommandError, Readonly<Record<string, string>>>;
};
