import type { Instant } from '../envelope.ts';
import type { ServiceName } from '../services.ts';
import type { StepError, StepName, StepState } from '../steps.ts';
import type { MoveKind } from './events.ts';
import type { Tree } from './history.ts';

export type TurnStatus = 'queued' | 'running' | 'cancelling' | 'finished' | 'failed' | 'cancelled';

export type TurnState = {
  readonly turnId: string;
  readonly status: TurnStatus;
  readonly attempt: number;
  readonly attemptId?: string;
  readonly deadline?: Instant;
  readonly runner?: string;
};

/** The session's commits as a tree, rooted in the template's own first commit. */
export type CodeHistory = Tree & {
  readonly move?: {
    readonly moveId: string;
    readonly from: string;
    readonly to: string;
    readonly kind: MoveKind;
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
};

export type EnvState = {
  readonly version: number;
  readonly names: readonly string[];
  readonly digest: string;
  readonly services: readonly ServiceName[];
};

/** A session as its events say; what deciders and process managers decide on. Holds no personal text. */
export type SessionState = {
  readonly status: 'absent' | 'open' | 'closing' | 'closed' | 'forgotten';
  readonly sessionId: string;
  readonly slug: string;
  readonly specHash: string;
  readonly purpose: 'pool' | 'visitor';
  readonly residentialIp: boolean;
  readonly model: string;
  readonly plannedAt: Instant;
  /** When somebody last did something with it, or it finished doing something for them. */
  readonly lastActivityAt: Instant;
  readonly claim?: { readonly source: 'pool' | 'cold'; readonly keyDigest: string; readonly at: Instant };
  readonly owners: readonly string[];
  readonly steps: Readonly<Partial<Record<StepName, StepState>>>;
  readonly provisioned: Readonly<Partial<Record<ServiceName, { readonly names: readonly string[] }>>>;
  readonly sandbox: SandboxState;
  readonly env?: EnvState;
  readonly readyAt?: Instant;
  readonly turns: readonly TurnState[];
  readonly history?: CodeHistory;
  readonly pushed?: string;
  readonly lastError?: StepError;
};

export const noSession: SessionState = {
  status: 'absent',
  sessionId: '',
  slug: '',
  specHash: '',
  purpose: 'visitor',
  residentialIp: false,
  model: '',
  plannedAt: '',
  lastActivityAt: '',
  owners: [],
  steps: {},
  provisioned: {},
  sandbox: { status: 'starting', wakeRequested: false },
  turns: [],
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

export const runningTurn = (state: SessionState): TurnState | undefined =>
  state.turns.find((turn) => turn.status === 'running' || turn.status === 'cancelling');

export const nextTurn = (state: SessionState): TurnState | undefined =>
  state.turns.find((turn) => turn.status === 'queued');
