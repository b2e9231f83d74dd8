import type { AppEvent } from './events/app.ts';
import type { BootEvent } from './events/boot.ts';
import type { CodeEvent, DataEvent } from './events/by-hand.ts';
import type { EnvEvent } from './events/env.ts';
import type { ForkEvent } from './events/fork.ts';
import type { HistoryEvent } from './events/history.ts';
import type { EndEvent, LifeEvent } from './events/life.ts';
import type { MailEvent } from './events/mail.ts';
import type { ModelEvent } from './events/model.ts';
import type { PlanEvent } from './events/plan.ts';
import type { QuickEvent } from './events/quick.ts';
import type { ServiceEvent } from './events/services.ts';
import type { StepEvent } from './events/steps.ts';
import type { TurnEvent } from './events/turns.ts';

export * from './events/app.ts';
export * from './events/boot.ts';
export * from './events/by-hand.ts';
export * from './events/env.ts';
export * from './events/fork.ts';
export * from './events/history.ts';
export * from './events/life.ts';
export * from './events/mail.ts';
export * from './events/model.ts';
export * from './events/plan.ts';
export * from './events/quick.ts';
export * from './events/services.ts';
export * from './events/steps.ts';
export * from './events/turns.ts';

/** Everything that can have happened to a session, in its one stream `session-<id>`. */
export type SessionEvent =
  | PlanEvent
  | ForkEvent
  | StepEvent
  | BootEvent
  | ServiceEvent
  | EnvEvent
  | TurnEvent
  | QuickEvent
  | ModelEvent
  | CodeEvent
  | AppEvent
  | HistoryEvent
  | MailEvent
  | DataEvent
  | LifeEvent
  | EndEvent;

export type SessionEventType = SessionEvent['type'];
export type SessionEventOf<T extends SessionEventType> = Extract<SessionEvent, { type: T }>;

export const sessionStream = (sessionId: string): string => `session-${sessionId}`;
export const SESSION_STREAM_PREFIX = 'session-';
