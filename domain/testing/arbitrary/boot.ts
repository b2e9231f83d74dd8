import fc from 'fast-check';
import {
  type Arbitraries,
  attempt,
  attemptId,
  commit,
  error,
  instant,
  provisioned,
  runner,
  service,
  services,
  step,
  text,
} from './values.ts';

/** Plan, claim, steps, boot, services and variables. */
export const BOOT = {
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
  SandboxClaimed: fc.record({ source: fc.constantFrom('pool', 'cold'), owner: text, keyDigest: text }),
  LinkIssued: fc.record({ linkDigest: attemptId, expiresAt: instant }),
  OwnerAdded: fc.record({ owner: text, keyDigest: text, linkDigest: attemptId }, { requiredKeys: ['owner'] }),
  StepStarted: fc.record({ step, attemptId, attempt, deadline: instant, runner }),
  StepFailed: fc.record(
    { step, attemptId, attempt, error, detail: text, retryAt: instant },
    { requiredKeys: ['step', 'attemptId', 'attempt', 'error'] },
  ),
  StepParked: fc.record(
    { step, attempt, error, detail: text },
    { requiredKeys: ['step', 'attempt', 'error'] },
  ),
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
} satisfies Partial<Arbitraries>;
