import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Picture } from '../commands/pictures.ts';
import type { Isolation, Sandbox } from '../commands/ports/sandboxes.ts';
import type { Sweep } from '../commands/process-managers/janitor.ts';
import type { PageStream } from '../commands/quick/page-streams.ts';
import type { ServiceName } from '../domain/services.ts';
import type { ChangeData } from '../domain/session/decide/data.ts';
import type { Attachment } from '../domain/session/events.ts';
import type { StepError, StepName } from '../domain/steps.ts';
import type { AuditFilter } from '../projections/audit/filter.ts';
import type { AuditPage, AuditSessions, CausalChain, Verification } from '../projections/audit-views.ts';
import type { PublicEvent } from '../projections/live.ts';
import type { OpsLive, OpsState, OrphansView } from '../projections/operator-views.ts';
import type { ProjectionStatus } from '../projections/status.ts';
import type { TranscriptView } from '../projections/transcript-views.ts';
import type { PoolView, SessionListItem, SessionView } from '../projections/views.ts';

/** Why a command was not carried out. `Refused` is the domain's own word; the others are about this moment. */
export type CommandError =
  | { readonly tag: 'NotFound' }
  /** The session is there; what was asked about in it is not. */
  | { readonly tag: 'Missing'; readonly code: string; readonly message: string }
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
    readonly mode?: 'quick';
  }) => TaskEither<CommandError, CreatedSession>;
  readonly submitTurn: (command: {
    readonly commandId: string;
    readonly sessionId: string;
    readonly owner: string;
    readonly prompt: string;
    /** Fingerprint of the error of the app it is to fix. */
    readonly fixes?: string;
    /** Ids of pictures that were kept before. */
    readonly pictures?: readonly string[];
  }) => TaskEither<CommandError, { readonly turnId: string; readonly revision: number }>;
  /** Makes a full app of a quick page. */
  readonly upgrade: (command: SessionCommand) => TaskEither<CommandError, Revision>;
  /** Keeps a picture for a message to come, under the session's key. */
  readonly keepPicture: (
    command: SessionCommand & { readonly bytes: Uint8Array },
  ) => TaskEither<CommandError, Revision & { readonly attachment: Attachment }>;
  readonly picture: (sessionId: string, pictureId: string) => TaskEither<CommandError, Picture>;
  readonly cancelTurn: (
    command: SessionCommand & { readonly turnId: string },
  ) => TaskEither<CommandError, Revision>;
  /** The agent is told before its next turn. */
  readonly chooseModel: (
    command: SessionCommand & { readonly model: string },
  ) => TaskEither<CommandError, Revision>;
  /** An operator's: what the session may spend on models in all, in micro-dollars. */
  readonly setBudget: (command: {
    readonly commandId: string;
    readonly sessionId: string;
    readonly budgetMicros: number;
  }) => TaskEither<CommandError, Revision>;
  /** What all sessions spend today. Budgets are absent where calls do not go through this server. */
  readonly daySpending: () => DaySpending;
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
  readonly retryService: (
    command: SessionCommand & { readonly service: ServiceName },
  ) => TaskEither<CommandError, Revision>;
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
  readonly wake: (command: SessionCommand) => TaskEither<CommandError, Revision>;
  readonly closeSession: (command: SessionCommand) => TaskEither<CommandError, Revision>;
  /** A secret that lets one more browser in, once and soon. */
  readonly issueLink: (
    command: SessionCommand,
  ) => TaskEither<CommandError, Revision & { readonly secret: string; readonly expiresAt: string }>;
  /** Makes the browser that brings the secret an owner too, with the key it has, or one that is minted. */
  readonly redeemLink: (
    command: SessionCommand & { readonly secret: string; readonly sessionKey?: string },
  ) => TaskEither<CommandError, Revision & { readonly sessionKey: string }>;
  /** Sends a code to an address, so that its owner can show that it is theirs. */
  readonly verifyAddress: (
    command: SessionCommand & { readonly address: string },
  ) => TaskEither<CommandError, Revision>;
  /** `verified`: the code was the right one. */
  readonly confirmAddress: (
    command: SessionCommand & { readonly code: string },
  ) => TaskEither<CommandError, Revision & { readonly verified: boolean }>;
  /** Says that the app shows an error, as its page has seen it. Recorded once for each commit. */
  readonly noteAppError: (
    command: SessionCommand & SeenError & { readonly source: 'page' | 'build' },
  ) => TaskEither<CommandError, Revision>;
  readonly setPoolTarget: (command: {
    readonly commandId: string;
    readonly target: number;
  }) => TaskEither<CommandError, Revision>;
  readonly drainPool: (command: {
    readonly commandId: string;
    readonly reason: string;
  }) => TaskEither<CommandError, Revision>;

  /** Has tried again what was given up on, whatever an operator may ask for. */
  readonly retryStep: (command: {
    readonly commandId: string;
    readonly sessionId: string;
    readonly step: StepName;
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
  readonly sessionsOf: (owner: string) => Promise<readonly SessionListItem[]>;
  readonly pool: () => Promise<PoolView>;
  readonly ops: () => Promise<OpsLive>;
  readonly orphans: () => Promise<OrphansView>;
  readonly projections: () => Promise<readonly ProjectionStatus[]>;
  readonly events: (
    sessionId: string,
    range: { readonly from: number; readonly limit: number },
  ) => TaskEither<CommandError, readonly PublicEvent[]>;
  /** Histories as they are looked through: by their owners, and by operators with the words of people masked. */
  readonly audit: {
    readonly page: (
      sessionId: string,
      query: AuditQuery,
      words: Words,
    ) => TaskEither<CommandError, AuditPage>;
    readonly chain: (sessionId: string, pos: number, words: Words) => TaskEither<CommandError, CausalChain>;
    /** Checks every seal; names the first event that does not fit. */
    readonly verify: (sessionId: string) => TaskEither<CommandError, Verification>;
    /** The session as it was after the event at `revision`; without one, after the last. */
    readonly stateAt: (
      sessionId: string,
      revision: number | undefined,
      words: Words,
    ) => TaskEither<CommandError, { readonly view: SessionView; readonly transcript: TranscriptView }>;
    readonly sessions: (query: AuditSessionsQuery) => Promise<AuditSessions>;
  };
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

  /** The running sandbox of a session by slug, and what the preview should say where there is none. */
  readonly preview: (slug: string, options?: { readonly wakes: boolean }) => Promise<PreviewTarget>;
  /** A route of the app of that slug answered with 5xx: why is looked for in what its server printed. */
  readonly appFailed: (slug: string, seen: SeenError) => void;
  /** The app of that slug does not answer. Whether its dev server has ended, where that can be said. */
  readonly appSilent: (slug: string) => Promise<'crashed' | 'starting'>;
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

/** Whether what people, and agents answering them, have said and written is shown, or reads `[personal]`. */
export type Words = 'shown' | 'masked';

/** From `from` on; with `before`, the last ones before it instead, and none before `from`. */
export type AuditQuery = {
  readonly from: number;
  readonly before?: number;
  readonly limit: number;
  readonly filter: AuditFilter;
};

export type AuditSessionsQuery = {
  /** Part of an id, a slug or an owner's uid. */
  readonly text?: string;
  readonly states?: ReadonlySet<OpsState>;
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string;
};

export type SweepView = Sweep;

export type { HeldView, OrphansView } from '../projections/operator-views.ts';

/** An older version that is looked at; `data`: that version's, an empty database, or none. */
export type OldVersionView = {
  readonly state: 'closed' | 'opening' | 'open' | 'failed';
  readonly commit?: string;
  readonly data?: 'kept' | 'empty' | 'none';
  readonly error?: StepError;
};

export type PreviewTarget =
  | { readonly state: 'up'; readonly sandbox: Sandbox }
  /** A quick page: whole, or as it comes while it is being written. */
  | { readonly state: 'page'; readonly sessionId: string; readonly page: string | PageStream }
  | {
      readonly state: 'unwritten' | 'booting' | 'asleep' | 'waking' | 'lost' | 'gone' | 'closed' | 'unknown';
      readonly sessionId?: string;
    };

export type DaySpending = {
  /** UTC, like `2026-11-29`. */
  readonly day: string;
  readonly spentMicros: number;
  readonly reservedMicros: number;
  readonly budgetMicros?: number;
  readonly sessionBudgetMicros?: number;
};

/** An error of the app in its own words, which are a stranger's. */
export type SeenError = { readonly message: string; readonly detail?: string };

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
