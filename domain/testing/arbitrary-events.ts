import fc from 'fast-check';
import { SERVICES } from '../services.ts';
import {
  CHECK_KINDS,
  type SessionEvent,
  type SessionEventOf,
  type SessionEventType,
} from '../session/events.ts';
import { PICTURE_TYPES } from '../session/pictures.ts';
import { BOOT_STEPS, LIFE_STEPS, RELEASE_STEPS, type StepName } from '../steps.ts';
import { later } from './histories.ts';

/** Few names, so that random events meet: the same turn, the same commit, the same attempt. */
const turnId = fc.constantFrom('turn-1', 'turn-2', 'turn-3');
const attemptId = fc.constantFrom('attempt-1', 'attempt-2', 'attempt-3');
const commit = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '__proto__');
const checkpointId = fc.constantFrom('checkpoint-1', 'checkpoint-2', 'checkpoint-3');
const runner = fc.constantFrom('runner-one', 'runner-two');
const fingerprint = fc.constantFrom('error-1', 'error-2');
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
const attachment = fc.record({
  id: fc.constantFrom('picture-1', 'picture-2'),
  mediaType: fc.constantFrom(...PICTURE_TYPES),
  bytes: attempt,
  digest: text,
});
const nothing = fc.constant({});

type Arbitraries = { readonly [T in SessionEventType]: fc.Arbitrary<SessionEventOf<T>['data']> };

/** Random data for every type there is; a new one does not compile until it stands here too. */
const DATA: Arbitraries = {
  SessionPlanned: fc.record(
    {
      sessionId: fc.constant('abcdefghijklmnopqrst'),
      slug: fc.constant('abcdefghijkl'),
      specHash: fc.constantFrom('spec-one', 'spec-two'),
      purpose: fc.constantFrom('pool', 'visitor'),
      residentialIp: fc.boolean(),
      model: text,
      mode: fc.constant('quick'),
    },
    { requiredKeys: ['sessionId', 'slug', 'specHash', 'purpose', 'residentialIp', 'model'] },
  ),
  UpgradeRequested: fc.record({ turnId }, { requiredKeys: [] }),
  UpgradeFailed: fc.record({ error }),
  SandboxClaimed: fc.record({ source: fc.constantFrom('pool', 'cold'), owner: text, keyDigest: text }),
  LinkIssued: fc.record({ linkDigest: attemptId, expiresAt: instant }),
  OwnerAdded: fc.record({ owner: text, keyDigest: text, linkDigest: attemptId }, { requiredKeys: ['owner'] }),
  StepStarted: fc.record({ step, attemptId, attempt, deadline: instant, runner }),
  StepFailed: fc.record(
    { step, attemptId, attempt, error, retryAt: instant },
    { requiredKeys: ['step', 'attemptId', 'attempt', 'error'] },
  ),
  StepParked: fc.record({ step, attempt, error }),
  StepSkipped: fc.record({ step, reason: text }),
  SandboxBooted: fc.record({ attemptId, sandbox: text, host: text, isolation: text, runner }),
  AgentInitialized: fc.record({ attemptId, agent: fc.record({ name: text, version: text }) }),
  AgentSessionOpened: fc.record(
    {
      attemptId,
      agentSessionId: text,
      models: fc.array(fc.record({ id: text, name: text }), { maxLength: 2 }),
    },
    { requiredKeys: ['attemptId', 'agentSessionId'] },
  ),
  ModelSelected: fc.record({ attemptId, model: text }),
  ResidentialIpAssigned: fc.record({ attemptId }),
  RepoInitialized: fc.record(
    { attemptId, sha: commit, branch: text, parent: commit },
    { requiredKeys: ['attemptId', 'sha', 'branch'] },
  ),
  PosthogTagged: provisioned,
  NeonProvisioned: provisioned,
  ResendProvisioned: provisioned,
  GithubProvisioned: provisioned,
  ServiceRetryRequested: fc.record({ service }),
  ResourceMissing: fc.record({ service, error }),
  ServiceReleaseRequested: fc.record({ service }),
  EnvWritten: fc.record(
    {
      attemptId,
      version: attempt,
      names: fc.array(text, { maxLength: 2 }),
      digest: text,
      services,
      own: fc.dictionary(text, text, { maxKeys: 2 }),
    },
    { requiredKeys: ['attemptId', 'version', 'names', 'digest', 'services'] },
  ),
  VariableRevealed: fc.record({ name: text }),
  VariableReplaced: fc.record({ name: text, replaceId: text, by: fc.constantFrom('own', 'service') }),
  SessionReady: fc.record({ missing: services, sha: commit }, { requiredKeys: ['missing'] }),
  TurnSubmitted: fc.record(
    { turnId, prompt: text, fixes: fingerprint, attachments: fc.array(attachment, { maxLength: 2 }) },
    { requiredKeys: ['turnId', 'prompt'] },
  ),
  TurnStarted: fc.record(
    {
      ...{
        turnId,
        attemptId,
        attempt,
        deadline: instant,
        runner,
        leaseMs: fc.nat(60_000),
        promptId: attemptId,
      },
      resumes: fc.constantFrom('checks', 'answer'),
    },
    { requiredKeys: ['turnId', 'attemptId', 'attempt', 'deadline', 'runner'] },
  ),
  TurnLeaseRenewed: fc.record({ turnId, attemptId, leaseMs: fc.nat(60_000) }),
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
  ModelRequested: fc.record({ model: text }),
  ModelChanged: fc.record({ turnId, attemptId, model: text }),
  ModelCallStarted: fc.record(
    {
      callId: attemptId,
      turnId,
      model: text,
      reservedMicros: attempt,
      budgetMicros: attempt,
      deadline: instant,
      runner,
    },
    { requiredKeys: ['callId', 'model', 'reservedMicros', 'budgetMicros', 'deadline', 'runner'] },
  ),
  UsageRecorded: fc.record(
    {
      turnId,
      model: text,
      inputTokens: attempt,
      outputTokens: attempt,
      cacheReadTokens: attempt,
      cacheWriteTokens: attempt,
      source: fc.constantFrom('relay', 'agent'),
      callId: attemptId,
      costMicros: attempt,
      outcome: fc.constantFrom('complete', 'cut', 'failed', 'unknown'),
      error: text,
    },
    {
      requiredKeys: [
        'model',
        'inputTokens',
        'outputTokens',
        'cacheReadTokens',
        'cacheWriteTokens',
        'source',
        'outcome',
      ],
    },
  ),
  BudgetExhausted: fc.record(
    { scope: fc.constantFrom('session', 'day'), turnId, budgetMicros: attempt, spentMicros: attempt },
    { requiredKeys: ['scope', 'budgetMicros', 'spentMicros'] },
  ),
  BudgetSet: fc.record({ budgetMicros: attempt }),
  TurnCommitted: fc.record({ turnId, attemptId, sha: commit, parent: commit, title: text, changed }),
  MailRequested: fc.record({
    sendId: attemptId,
    mails: attempt,
    recipients: attempt,
    digest: text,
    to: fc.array(text, { maxLength: 2 }),
    subjects: fc.array(text, { maxLength: 2 }),
  }),
  MailSent: fc.record({ sendId: attemptId, ids: fc.array(text, { maxLength: 2 }) }),
  MailRefused: fc.record({ sendId: attemptId, error }),
  MailVerificationRequested: fc.record({
    verificationId: attemptId,
    address: text,
    addressDigest: text,
    codeDigest: text,
    expiresAt: instant,
  }),
  MailVerificationFailed: fc.record({ verificationId: attemptId }),
  MailAddressVerified: fc.record({ verificationId: attemptId, addressDigest: text }),
  TurnVerified: fc.record({
    turnId,
    attemptId,
    passed: fc.boolean(),
    checks: fc.array(
      fc.record(
        {
          kind: fc.constantFrom(...CHECK_KINDS),
          outcome: fc.constantFrom('passed', 'failed', 'unknown', 'skipped'),
          how: text,
        },
        { requiredKeys: ['kind', 'outcome'] },
      ),
      { maxLength: 2 },
    ),
    details: fc.array(fc.record({ kind: fc.constantFrom(...CHECK_KINDS), detail: text }), { maxLength: 2 }),
  }),
  CorrectionRequested: fc.record({ turnId, attemptId, correction: attempt, findings: text }),
  TurnFinished: fc.record({ turnId, attemptId, stopReason: text }),
  TurnFailed: fc.record({ turnId, error }),
  TurnCancelRequested: fc.record({ turnId }),
  TurnCancelled: fc.record({ turnId }),
  CommitPushed: fc.record({ attemptId, sha: commit }),
  SessionForked: fc.record(
    {
      from: text,
      slug: fc.constant('forkedfromit'),
      commit,
      data: fc.constantFrom('kept', 'empty'),
      checkpointId,
      title: text,
      version: text,
    },
    { requiredKeys: ['from', 'slug', 'commit', 'data', 'title', 'version'] },
  ),
  DataForked: fc.record({
    attemptId,
    checkpointId,
    tables: fc.array(fc.record({ name: text, rows: attempt }), { maxLength: 2 }),
  }),
  CodeForked: fc.record({ attemptId, sha: commit }),
  ForkRetryRequested: nothing,
  FileSaveRequested: fc.record(
    {
      saveId: text,
      path: text,
      base: fc.option(commit),
      from: commit,
      bytes: attempt,
      change: fc.constantFrom('rename', 'delete'),
      to: text,
    },
    { requiredKeys: ['saveId', 'path', 'base', 'from', 'bytes'] },
  ),
  FileSaved: fc.record({ attemptId, saveId: text, sha: commit, parent: commit, title: text, changed }),
  FileSaveRefused: fc.record({ attemptId, saveId: text, error }),
  DataChangeRequested: fc.record(
    { via: fc.constantFrom('insert', 'update', 'delete', 'sql'), table: text, statement: text },
    { requiredKeys: ['via'] },
  ),
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
  CheckpointTaken: fc.record({
    attemptId,
    checkpointId,
    sha: commit,
    reason: fc.constantFrom('start', 'turn', 'move', 'fork'),
    bytes: fc.constantFrom(0, 8_000_000, 300_000_000),
    tables: fc.array(fc.record({ name: text, rows: attempt }), { maxLength: 2 }),
    dropped: fc.subarray(['checkpoint-1', 'checkpoint-2', 'checkpoint-3']),
  }),
  HistoryMoveRequested: fc.record(
    { moveId: text, from: commit, to: commit, kind, restore: checkpointId },
    { requiredKeys: ['moveId', 'from', 'to', 'kind'] },
  ),
  HistoryMoved: fc.record(
    {
      attemptId,
      from: commit,
      to: commit,
      kind,
      data: fc.constantFrom('kept', 'restored'),
      checkpointId,
    },
    { requiredKeys: ['attemptId', 'from', 'to', 'kind', 'data'] },
  ),
  SandboxSlept: reason,
  WakeRequested: reason,
  SandboxWoken: fc.record(
    { attemptId, agentSessionId: text, envRestored: fc.boolean(), sha: commit, runner, model: text },
    { requiredKeys: ['attemptId', 'agentSessionId', 'envRestored', 'sha', 'runner'] },
  ),
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
