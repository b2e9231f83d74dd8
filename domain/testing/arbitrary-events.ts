import fc from 'fast-check';
import { SERVICES } from '../services.ts';
import type { SessionEvent, SessionEventType } from '../session/events.ts';
import { BOOT } from './arbitrary/boot.ts';
import { HISTORY } from './arbitrary/history.ts';
import { MAIL } from './arbitrary/mail.ts';
import { MODEL } from './arbitrary/model.ts';
import { TURNS } from './arbitrary/turns.ts';
import {
  type Arbitraries,
  attemptId,
  commit,
  error,
  fingerprint,
  nothing,
  reason,
  runner,
  text,
  turnId,
} from './arbitrary/values.ts';

/** Random data for every type there is; a new one does not compile until it stands in one of these. */
const DATA: Arbitraries = {
  ...BOOT,
  ...TURNS,
  ...MODEL,
  ...MAIL,
  ...HISTORY,
  UpgradeRequested: fc.record({ turnId }, { requiredKeys: [] }),
  UpgradeFailed: fc.record({ error }),
  AppErrorSeen: fc.record(
    {
      fingerprint,
      source: fc.constantFrom('page', 'build', 'server', 'crash'),
      sha: commit,
      message: text,
      detail: text,
    },
    { requiredKeys: ['fingerprint', 'source', 'sha', 'message'] },
  ),
  AppUsed: nothing,
  SandboxSlept: reason,
  WakeRequested: reason,
  SandboxWoken: fc.record(
    { attemptId, agentSessionId: text, envRestored: fc.boolean(), sha: commit, runner, model: text },
    { requiredKeys: ['attemptId', 'agentSessionId', 'envRestored', 'sha', 'runner'] },
  ),
  SandboxLost: reason,
  SandboxDiscarded: reason,
  RenewalRequested: fc.record({ reason: text, specHash: text, model: text }),
  CloseRequested: reason,
  ResourceReleased: fc.record({ attemptId, service: fc.constantFrom('sandbox', ...SERVICES) }),
  ReleaseRetryRequested: reason,
  SessionClosed: nothing,
  SessionForgotten: nothing,
};

export const EVENT_TYPES = Object.keys(DATA) as readonly SessionEventType[];

export const eventsOfType = (type: SessionEventType): fc.Arbitrary<SessionEvent> =>
  (DATA[type] as fc.Arbitrary<unknown>).map((data) => ({ type, data }) as SessionEvent);

/** Any event, in any order: also what no decider would ever allow. */
export const anyEvent: fc.Arbitrary<SessionEvent> = fc.oneof(...EVENT_TYPES.map(eventsOfType));
export const anyHistory: fc.Arbitrary<readonly SessionEvent[]> = fc.array(anyEvent, { maxLength: 60 });
