import fc from 'fast-check';
import { SERVICES } from '../services.ts';
import type { SessionEvent, SessionEventOf, SessionEventType } from '../session/events.ts';
import { BOOT_STEPS, LIFE_STEPS, RELEASE_STEPS, type StepName } from '../steps.ts';
import { later } from './histories.ts';

/** Few names, so that random events meet: the same turn, the same commit, the same attempt. */
const turnId = fc.constantFrom('turn-1', 'turn-2', 'turn-3');
const attemptId = fc.constantFrom('attempt-1', 'attempt-2', 'attempt-3');
const commit = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '__proto__');
const runner = fc.constantFrom('runner-one', 'runner-two');
const text = fc.string({ maxLength: 12 });
const attempt = fc.integer({ min: 1, max: 6 });
const instant = fc.integer({ min: 0, max: 100_000 }).map((ms) => later(ms));
const step = fc.constantFrom<StepName[]>(...BOOT_STEPS, ...LIFE_STEPS, ...RELEASE_STEPS);
const service = fc.constantFrom(...SERVICES);
const services = fc.subarray([...SERVICES]);
const error = fc.record({ code: text, message: text, retryable: fc.boolean() });
const kind = fc.constantFrom('undo', 'redo', 'jump');
const reason = fc.record({ reason: text });
const provisioned = fc.record({
  attemptId,
  provider: text,
  resourceId: text,
  names: fc.array(text, { maxLength: 2 }),
  facts: fc.constant({ host: 'somewhere' }),
});
const changed = fc.array(fc.record({ path: text, status: fc.constantFrom('added', 'modified', 'deleted') }), {
  maxLength: 2,
});
const nothing = fc.constant({});

type Arbitraries = { readonly [T in SessionEventType]: fc.Arbitrary<SessionEventOf<T>['data']> };

/** Random data for every type there is; a new one does not compile until it stands here too. */
const DATA: Arbitraries = {
  SessionPlanned: fc.record({
    sessionId: fc.constant('abcdefghijklmnopqrst'),
    slug: fc.constant('abcdefghijkl'),
    specHash: fc.constantFrom('spec-one', 'spec-two'),
    purpose: fc.constantFrom('pool', 'visitor'),
    residentialIp: fc.boolean(),
    model: text,
  }),
  SandboxClaimed: fc.record({ source: fc.constantFrom('pool', 'cold'), owner: text, keyDigest: text }),
  OwnerAdded: fc.record({ owner: text }),
  StepStarted: fc.record({ step, attemptId, attempt, deadline: instant, runner }),
  StepFailed: fc.record(
    { step, attemptId, attempt, error, retryAt: instant },
    { requiredKeys: ['step', 'attemptId', 'attempt', 'error'] },
  ),
  StepParked: fc.record({ step, attempt, error }),
  StepSkipped: fc.record({ step, reason: text }),
  SandboxBooted: fc.record({ attemptId, sandbox: text, host: text, isolation: text, runner }),
  AgentInitialized: fc.record({ attemptId, agent: fc.record({ name: text, version: text }) }),
  AgentSessionOpened: fc.record({ attemptId, agentSessionId: text }),
  ModelSelected: fc.record({ attemptId, model: text }),
  ResidentialIpAssigned: fc.record({ attemptId }),
  RepoInitialized: fc.record({ attemptId, sha: commit, branch: text }),
  PosthogTagged: provisioned,
  NeonProvisioned: provisioned,
  ResendProvisioned: provisioned,
  GithubProvisioned: provisioned,
  ServiceRetryRequested: fc.record({ service }),
  ResourceMissing: fc.record({ service, error }),
  EnvWritten: fc.record({
    attemptId,
    version: attempt,
    names: fc.array(text, { maxLength: 2 }),
    digest: text,
    services,
  }),
  SessionReady: fc.record({ missing: services }),
  TurnSubmitted: fc.record({ turnId, prompt: text }),
  TurnStarted: fc.record({ turnId, attemptId, attempt, deadline: instant, runner }),
  AgentSaid: fc.record({ turnId, attemptId, kind: fc.constantFrom('message', 'thought'), text }),
  ToolCalled: fc.record(
    { turnId, attemptId, toolCallId: attemptId, kind: text, title: text, path: text },
    { requiredKeys: ['turnId', 'attemptId', 'toolCallId', 'kind', 'title'] },
  ),
  ToolReturned: fc.record(
    {
      turnId,
      attemptId,
      toolCallId: attemptId,
      status: fc.constantFrom('completed', 'failed'),
      output: text,
      diff: fc.record({ path: text, added: attempt, removed: attempt, patch: text }),
    },
    { requiredKeys: ['turnId', 'attemptId', 'toolCallId', 'status'] },
  ),
  UsageRecorded: fc.record({ turnId, model: text, inputTokens: attempt, outputTokens: attempt }),
  TurnCommitted: fc.record({ turnId, attemptId, sha: commit, parent: commit, title: text, changed }),
  TurnFinished: fc.record({ turnId, attemptId, stopReason: text }),
  TurnFailed: fc.record({ turnId, error }),
  TurnCancelRequested: fc.record({ turnId }),
  TurnCancelled: fc.record({ turnId }),
  CommitPushed: fc.record({ attemptId, sha: commit }),
  HistoryMoveRequested: fc.record({ moveId: text, from: commit, to: commit, kind }),
  HistoryMoved: fc.record({
    attemptId,
    from: commit,
    to: commit,
    kind,
    data: fc.constantFrom('kept', 'restored'),
  }),
  SandboxSlept: reason,
  WakeRequested: reason,
  SandboxWoken: fc.record({
    attemptId,
    agentSessionId: text,
    envRestored: fc.boolean(),
    sha: commit,
    runner,
  }),
  SandboxLost: reason,
  SandboxDiscarded: reason,
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
