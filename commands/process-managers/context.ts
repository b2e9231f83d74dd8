import * as E from 'fp-ts/lib/Either.js';
import type { Asking } from '../../domain/session/process-managers/due.ts';
import type { LifePolicy } from '../../domain/session/process-managers/idleness.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Directory } from '../directory.ts';
import type { World } from '../effects/context.ts';
import type { Effects } from '../effects/index.ts';
import type { Handlers } from '../handler.ts';
import type { Cause } from '../journal.ts';
import type { Clock } from '../ports/clock.ts';
import type { PageStreams } from '../quick/page-streams.ts';
import type { Reader } from '../reader.ts';
import type { PageCheck } from '../turns/checks.ts';
import type { Presences } from './presence.ts';

export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

/** Told of every attempt of a step and every turn as it ends: for the log and the metrics. */
export type Observer = {
  readonly step: (of: {
    readonly sessionId: string;
    readonly slug: string;
    readonly step: StepName;
    readonly outcome: 'done' | 'failed' | 'skipped';
    readonly attempt: number;
    readonly ms: number;
    readonly reason?: string;
  }) => void;
  readonly turn: (of: {
    readonly sessionId: string;
    readonly slug: string;
    readonly outcome: 'finished' | 'failed' | 'cancelled' | 'superseded';
    readonly ms: number;
  }) => void;
};

/** Text on its way from the agent, before it is a durable event. */
export type VolatileSink = (
  sessionId: string,
  text: {
    readonly turnId: string;
    readonly attemptId: string;
    readonly kind: 'message' | 'thought';
    readonly text: string;
  },
) => void;

export type Settings = {
  /** This server process; a new one for every start. */
  readonly runner: string;
  /** True where one server owns the data directory: whoever ran before is certainly gone. */
  readonly exclusive: boolean;
  readonly specHash: string;
  readonly model: string;
  readonly poolTarget: number;
  /** Unclaimed sandboxes that may boot at the same time; visitors' own boots are never held back. */
  readonly poolBootConcurrency: number;
  /** How long topping up the pool stands back while a visitor is being served. */
  readonly topUpHoldMs: number;
  /** What may be spent on models, in micro-dollars; absent where calls do not go through this server. */
  readonly modelBudget?: { readonly sessionMicros: number; readonly dayMicros: number };
  readonly life: LifePolicy;
  /** Sandboxes that may be awake before the longest idle one sleeps; 0: any number. Nobody is refused for it. */
  readonly maxAwake: number;
  /** Milliseconds between two looks at what the providers hold; 0: only when asked. */
  readonly janitorEveryMs: number;
  /** How long an orphan is known before it is released unasked. */
  readonly orphanGraceMs: number;
  /** How the page of an app is looked at after a turn. */
  readonly pageCheck: PageCheck;
};

/** What every process manager works with. */
export type Context = {
  readonly handlers: Handlers;
  readonly reader: Reader;
  readonly directory: Directory;
  readonly world: World;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly log: Log;
  readonly observe: Observer;
  readonly volatile: VolatileSink;
  /** Quick pages that this process is writing. */
  readonly pages: PageStreams;
  readonly presence: Presences;
};

export const asking = ({ clock, settings, presence }: Context, sessionId: string): Asking => ({
  now: clock.now(),
  runner: settings.runner,
  exclusive: settings.exclusive,
  policy: settings.life,
  presence: presence.of(sessionId),
});

/**
 * What a process manager does of its own accord, on a timer for example: `key` is what makes the event ids, so that a
 * retry writes the same ones.
 */
export const causedBy = (manager: string, key: string): Cause => ({
  key,
  causationId: key,
  correlationId: key,
  actor: `process-manager:${manager}`,
});

/** What it does because of what has happened: because of the last event, or what came of an attempt or of a turn. */
export const following = (manager: string, key: string, attemptOrTurn?: string): Cause => ({
  key,
  actor: `process-manager:${manager}`,
  ...(attemptOrTurn === undefined ? {} : { causationId: attemptOrTurn }),
});

/** The session as its own stream has it now: a directory may be behind. `undefined` where it cannot be read. */
export const stateNow = async (
  { handlers, clock }: Context,
  sessionId: string,
): Promise<SessionState | undefined> => {
  const read = await handlers.session(sessionId, () => E.right([]), following('runner', clock.id()))();
  return E.isRight(read) ? read.right.state : undefined;
};
