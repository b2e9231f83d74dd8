import type { Instant } from '../envelope.ts';
import type { ServiceName } from '../services.ts';
import type { StepError, StepName, StepState } from '../steps.ts';
import type { Checkpoint, DueCheckpoint } from './checkpoints.ts';
import type { MoveKind } from './events.ts';
import type { Tree } from './history.ts';
import { type MailState, NO_MAIL } from './mail.ts';
import { noSpending, type SpendingState } from './spending.ts';

export type TurnStatus = 'queued' | 'running' | 'cancelling' | 'finished' | 'failed' | 'cancelled';

export type TurnState = {
  readonly turnId: string;
  readonly status: TurnStatus;
  readonly attempt: number;
  readonly attemptId?: string;
  readonly deadline?: Instant;
  readonly runner?: string;
  /** Where several servers share the log: for how long the attempt is believed to be alive after what was heard of it last. */
  readonly lease?: { readonly ms: number; readonly heardAt: Instant };
  /** Attempts whose server stopped in good order; they say nothing against the turn. */
  readonly handedOver?: number;
  /** What the agent was given and may still be answering: nothing it did since is committed. */
  readonly promptId?: string;
  /** What it has committed so far, and on top of what; a correction commits again, on top of the same. */
  readonly commit?: { readonly sha: string; readonly base: string };
  /** How often the agent was told what the checks had found. */
  readonly corrections: number;
  /** Fingerprint of the error of the app it is to fix. */
  readonly fixes?: string;
};

/** An error of the app, by its fingerprint; the words are in the log alone. */
export type AppErrorState = { readonly fingerprint: string; readonly sha: string };

/** A way in for one more browser. What is used up or too old stays, so that it is refused by name. */
export type LinkState = {
  readonly linkDigest: string;
  readonly expiresAt: Instant;
  readonly usedBy?: string;
};

/** The session's commits as a tree, rooted in the template's own first commit. */
export type CodeHistory = Tree & {
  readonly move?: {
    readonly moveId: string;
    readonly from: string;
    readonly to: string;
    readonly kind: MoveKind;
    /** The checkpoint the data is restored from. */
    readonly restore?: string;
  };
};

/**
 * `starting` until it first booted · `awake` under `runner` · `asleep`: files kept, processes gone · `lost`: nothing
 * left, rebuilt from the repository on wake · `gone`: destroyed on purpose.
 */
export type SandboxState = {
  readonly status: 'starting' | 'awake' | 'asleep' | 'lost' | 'gone';
  readonly runner?: string;
  readonly agentSessionId?: string;
  /** Somebody wants it back although no turn waits. */
  readonly wakeRequested: boolean;
  /** The one it is to take the place of may still run, and is held by whoever booted that. */
  readonly replaces?: true;
};

export type EnvState = {
  readonly version: number;
  readonly names: readonly string[];
  readonly digest: string;
  readonly services: readonly ServiceName[];
  /** The replacement of each variable that is in the file, by name. */
  readonly own?: Readonly<Record<string, string>>;
};

/** What a service has given. Ids are those of its provider: of the resource, and of the key to it, where there is one. */
export type Given = {
  readonly names: readonly string[];
  readonly provider: string;
  readonly resourceId: string;
  readonly keyId?: string;
};

/** Where a session comes from that began as a fork; what the other one was called is in the log alone. */
export type ForkState = {
  readonly from: string;
  readonly slug: string;
  readonly commit: string;
  readonly data: 'kept' | 'empty';
  readonly checkpointId?: string;
};

/** What its owner last decided about a variable: `own` stands for a value of theirs, which is in the vault. */
export type Replacement = { readonly replaceId: string; readonly by: 'own' | 'service' };

/** A file that is being saved; its path and content are in the vault. */
export type SaveState = { readonly saveId: string; readonly base: string | null; readonly from: string };

/** A session as its events say; what deciders and process managers decide on. Holds no personal text. */
export type SessionState = {
  readonly status: 'absent' | 'open' | 'closing' | 'closed' | 'forgotten';
  readonly sessionId: string;
  readonly slug: string;
  readonly specHash: string;
  readonly purpose: 'pool' | 'visitor';
  readonly residentialIp: boolean;
  /** `quick`: one page and no sandbox · `upgrading`: on its way from that to `full`. */
  readonly mode: 'full' | 'quick' | 'upgrading';
  readonly upgrade?: {
    /** The turn that is to build the app from the page. */
    readonly turnId?: string;
    /** The commit in the sandbox that the app begins at, once there is one. */
    readonly sha?: string;
  };
  /** The one that was asked for last. */
  readonly model: string;
  /** The one the agent was told; none yet, or no longer known. */
  readonly modelTold?: string;
  readonly spending: SpendingState;
  readonly plannedAt: Instant;
  /** When its sandbox was last to be made anew, while it waited in the pool. */
  readonly renewedAt?: Instant;
  /** When somebody last did something with it, or it finished doing something for them. */
  readonly lastActivityAt: Instant;
  /** When the log was last told that its app is used: counts against its end alone, and keeps no sandbox awake. */
  readonly appUsedAt?: Instant;
  /** Its owner has made something of it that no turn tells of. */
  readonly byHand?: true;
  readonly claim?: { readonly source: 'pool' | 'cold'; readonly keyDigest: string; readonly at: Instant };
  readonly owners: readonly string[];
  readonly fork?: ForkState;
  readonly links: readonly LinkState[];
  readonly steps: Readonly<Partial<Record<StepName, StepState>>>;
  /** What each service has given, and who provides it: a server may be configured for another by now. */
  readonly provisioned: Readonly<Partial<Record<ServiceName, Given>>>;
  readonly sandbox: SandboxState;
  readonly env?: EnvState;
  /** Variables its owner has replaced, by name. */
  readonly replaced?: Readonly<Record<string, Replacement>>;
  readonly save?: SaveState;
  /** The save before, whose content is of no more use. */
  readonly saved?: string;
  /** Services their owner has given back, while that is being done. */
  readonly releasing?: readonly ServiceName[];
  readonly readyAt?: Instant;
  readonly turns: readonly TurnState[];
  /** Errors seen at the commit the code stands at. */
  readonly appErrors: readonly AppErrorState[];
  readonly history?: CodeHistory;
  /** What is kept of the database, oldest first. */
  readonly checkpoints: readonly Checkpoint[];
  readonly checkpointDue?: DueCheckpoint;
  readonly pushed?: string;
  readonly mail: MailState;
  readonly lastError?: StepError;
};

export const noSession: SessionState = {
  status: 'absent',
  sessionId: '',
  slug: '',
  specHash: '',
  purpose: 'visitor',
  residentialIp: false,
  mode: 'full',
  model: '',
  spending: noSpending,
  plannedAt: '',
  lastActivityAt: '',
  owners: [],
  links: [],
  steps: {},
  provisioned: {},
  sandbox: { status: 'starting', wakeRequested: false },
  turns: [],
  mail: NO_MAIL,
  appErrors: [],
  checkpoints: [],
};

const WAITING: StepState = { status: 'waiting' };

export const stepOf = (state: SessionState, step: StepName): StepState => state.steps[step] ?? WAITING;

export const isDone = (state: SessionState, step: StepName): boolean => stepOf(state, step).status === 'done';

/** Code of the error a service is parked with when its provider has lost what it had given us. */
export const RESOURCE_MISSING = 'resource_missing';

/**
 * Given up on, and worth another attempt whenever somebody comes back to the session. What was lost is not: made again it
 * would be empty, and that is for its owner to ask for.
 */
export const isGivenUp = (step: StepState): boolean =>
  step.status === 'parked' && step.error.code !== RESOURCE_MISSING;

/** Its processes are being ended: nothing may begin in it until they are, and then it is woken for it. */
export const isGoingToSleep = (state: SessionState): boolean => stepOf(state, 'sleep').status === 'running';

/** Whether messages are worked on and versions moved between: a quick page needs no boot for that. */
export const isUsable = (state: SessionState): boolean =>
  state.mode === 'quick' || (state.mode === 'full' && state.readyAt !== undefined);

/** It has never had a sandbox or a service: there is nothing to give back at its end. */
export const ownsNothing = ({ mode, steps, provisioned }: SessionState): boolean =>
  mode === 'quick' &&
  Object.keys(provisioned).length === 0 &&
  Object.keys(steps).every((step) => step === 'history_move');

export const runningTurn = (state: SessionState): TurnState | undefined =>
  state.turns.find((turn) => turn.status === 'running' || turn.status === 'cancelling');

export const nextTurn = (state: SessionState): TurnState | undefined =>
  state.turns.find((turn) => turn.status === 'queued');
