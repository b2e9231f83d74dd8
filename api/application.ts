import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Isolation, Sandbox } from '../commands/ports/sandboxes.ts';
import type { Sweep } from '../commands/process-managers/janitor.ts';
import type { Instant } from '../domain/envelope.ts';
import type { Provided } from '../domain/janitor/events.ts';
import type { Orphan } from '../domain/janitor/janitor.ts';
import type { ServiceName } from '../domain/services.ts';
import type { StepError } from '../domain/steps.ts';
import type { PublicEvent } from '../projections/live.ts';
import type { ProjectionStatus } from '../projections/status.ts';
import type { PoolView, SessionListItem, SessionView, TranscriptView } from '../projections/views.ts';

/** Why a command was not carried out. `Refused` is the domain's own word; the others are about this moment. */
export type CommandError =
  | { readonly tag: 'NotFound' }
  /** `code` is stable, e.g. `turn_not_running`, `prompt_too_long`, `nothing_to_undo`. */
  | { readonly tag: 'Refused'; readonly code: string; readonly message: string }
  /** The log cannot be written now (full disk, store away). Nothing was lost; try again later. */
  | { readonly tag: 'Unavailable'; readonly code: string; readonly message: string };

export type CreatedSession = {
  readonly sessionId: string;
  readonly slug: string;
  readonly sessionKey: string;
  readonly revision: number;
  readonly source: 'pool' | 'cold';
};

/** Everything the routes may ask for; made in the composition root. Commands are idempotent by `commandId`. */
export type Application = {
  readonly nudgePool: () => void;
  readonly createSession: (command: {
    readonly commandId: string;
    readonly owner: string;
    /** The browser's session key, where it has one already; otherwise one is minted. */
    readonly sessionKey?: string;
    readonly prompt?: string;
    readonly residentialIp: boolean;
  }) => TaskEither<CommandError, CreatedSession>;
  readonly submitTurn: (command: {
    readonly commandId: string;
    readonly sessionId: string;
    readonly owner: string;
    readonly prompt: string;
  }) => TaskEither<CommandError, { readonly turnId: string; readonly revision: number }>;
  readonly cancelTurn: (
    command: SessionCommand & { readonly turnId: string },
  ) => TaskEither<CommandError, Revision>;
  readonly moveHistory: (
    command: SessionCommand & {
      readonly to: 'undo' | 'redo' | { readonly sha: string };
      readonly data: 'keep' | 'restore';
    },
  ) => TaskEither<CommandError, Revision>;
  readonly retryService: (
    command: SessionCommand & { readonly service: ServiceName },
  ) => TaskEither<CommandError, Revision>;
  readonly wake: (command: SessionCommand) => TaskEither<CommandError, Revision>;
  readonly closeSession: (command: SessionCommand) => TaskEither<CommandError, Revision>;
  readonly setPoolTarget: (command: {
    readonly commandId: string;
    readonly target: number;
  }) => TaskEither<CommandError, Revision>;
  readonly drainPool: (command: {
    readonly commandId: string;
    readonly reason: string;
  }) => TaskEither<CommandError, Revision>;

  /** Looks at the providers now; answers what came of it when every release has ended. */
  readonly releaseOrphans: (command: { readonly commandId: string }) => TaskEither<CommandError, SweepView>;

  /** Answers as soon as it has begun, or with how far the one that runs has come. */
  readonly rebuildProjection: (name: string) => TaskEither<CommandError, ProjectionStatus>;
  /** Answers when the table that served before serves again. */
  readonly rollBackProjection: (name: string) => TaskEither<CommandError, ProjectionStatus>;

  /** `true` when `owner` may act on the session with that key; unknown and foreign sessions look the same. */
  readonly access: (
    sessionId: string,
    owner: string,
    sessionKey: string | undefined,
  ) => Promise<'granted' | 'not_found' | 'wrong_key'>;
  /** Read models may be remote (Firestore), so every read is a promise; none rejects for an unknown session. */
  readonly sessionView: (sessionId: string) => Promise<SessionView | undefined>;
  readonly transcript: (sessionId: string) => Promise<TranscriptView | undefined>;
  /** The session as it was after the event at `revision`. */
  readonly sessionAt: (
    sessionId: string,
    revision: number,
  ) => TaskEither<CommandError, { readonly view: SessionView; readonly transcript: TranscriptView }>;
  readonly sessionsOf: (owner: string) => Promise<readonly SessionListItem[]>;
  readonly pool: () => Promise<PoolView>;
  readonly orphans: () => Promise<OrphansView>;
  readonly projections: () => Promise<readonly ProjectionStatus[]>;
  readonly events: (
    sessionId: string,
    range: { readonly from: number; readonly limit: number },
  ) => TaskEither<CommandError, readonly PublicEvent[]>;
  /** Checks every seal; names the first event that does not fit. */
  readonly verify: (
    sessionId: string,
  ) => TaskEither<
    CommandError,
    { readonly events: number; readonly firstBad?: { readonly pos: number; readonly reason: string } }
  >;
  /** Env names with masked values, e.g. `postgresql://…` shown as `post…9f2c`. */
  readonly maskedEnv: (
    sessionId: string,
  ) => TaskEither<
    CommandError,
    readonly { readonly name: string; readonly masked: string; readonly service: ServiceName | 'yours' }[]
  >;
  /** Values of the session's secrets by name, for the panels that talk to its backend; never sent to a client. */
  readonly secrets: (sessionId: string) => TaskEither<CommandError, Readonly<Record<string, string>>>;

  /** The running sandbox of a session by slug, and what the preview should say where there is none. */
  readonly preview: (slug: string, options?: { readonly wakes: boolean }) => Promise<PreviewTarget>;
  /** Somebody uses the app of that slug. Kept in memory only: it is called for every request to a preview. */
  readonly touch: (slug: string) => void;

  readonly live: {
    /** Changes whenever positions stop being comparable with those given out before. */
    readonly epoch: string;
    /** Last revision of the session's stream that this process has seen; -1 when unknown. */
    readonly head: (sessionId: string) => number;
    /** Calls back for every new event of the session in order, from the one after the call; returns unsubscribe. */
    readonly onEvent: (sessionId: string, listener: (event: PublicEvent) => void) => () => void;
    readonly onVolatile: (sessionId: string, listener: (text: VolatileText) => void) => () => void;
  };
  readonly health: () => {
    readonly isolation: Isolation;
    readonly store: 'up' | 'down';
    readonly services: Readonly<Record<string, string>>;
    readonly agent: string;
    /** False until projections have caught up and the services have answered once. */
    readonly ready: boolean;
  };
};

export type SweepView = Sweep;

/** What is left over at the providers (`orphans`), cannot be given back (`stuck`), or is no longer there (`missing`). */
export type OrphansView = {
  /** When this process last looked. */
  readonly sweptAt?: Instant;
  readonly orphans: readonly Orphan[];
  readonly stuck: readonly HeldView[];
  readonly missing: readonly HeldView[];
};

export type HeldView = {
  readonly sessionId: string;
  readonly service: Provided;
  readonly name: string;
  readonly since: Instant;
  readonly error?: StepError;
};

export type PreviewTarget =
  | { readonly state: 'up'; readonly sandbox: Sandbox }
  | {
      readonly state: 'booting' | 'asleep' | 'waking' | 'lost' | 'gone' | 'unknown';
      readonly sessionId?: string;
    };

export type SessionCommand = {
  readonly commandId: string;
  readonly sessionId: string;
  readonly owner: string;
};
export type Revision = { readonly revision: number };
export type VolatileText = {
  readonly turnId: string;
  readonly attemptId: string;
  readonly kind: 'message' | 'thought';
  readonly text: string;
};
