import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { Picture } from '../commands/pictures.ts';
import type { Isolation, Sandbox } from '../commands/ports/sandboxes.ts';
import type { PageStream } from '../commands/quick/page-streams.ts';
import type { ServiceName } from '../domain/services.ts';
import type { Attachment } from '../domain/session/events.ts';
import type { PublicEvent } from '../projections/live.ts';
import type { TranscriptView } from '../projections/transcript-views.ts';
import type { PoolView, SessionListItem, SessionView } from '../projections/views.ts';
import type { ByHand } from './application/by-hand.ts';
import type { CommandError, CreatedSession, Revision, SessionCommand } from './application/command.ts';
import type { Histories } from './application/histories.ts';
import type { Operators } from './application/operators.ts';
import type { Versions } from './application/versions.ts';

/** Everything the routes may ask for; made in the composition root. Commands are idempotent by `commandId`. */
export type Application = Sessions & Versions & ByHand & Operators & Histories;

type Sessions = {
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
  /** What all sessions spend today. Budgets are absent where calls do not go through this server. */
  readonly daySpending: () => DaySpending;
  readonly retryService: (
    command: SessionCommand & { readonly service: ServiceName },
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
  readonly events: (
    sessionId: string,
    range: { readonly from: number; readonly limit: number },
  ) => TaskEither<CommandError, readonly PublicEvent[]>;

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
    /** The same as the log has it now; what this process has seen where the log is away. */
    readonly findHead: (sessionId: string) => Promise<number>;
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

export type VolatileText = {
  readonly turnId: string;
  readonly attemptId: string;
  readonly kind: 'message' | 'thought';
  readonly text: string;
};
