import fc from 'fast-check';
import { CHECK_KINDS } from '../../session/events.ts';
import {
  type Arbitraries,
  attachment,
  attempt,
  attemptId,
  changed,
  commit,
  error,
  fingerprint,
  instant,
  runner,
  text,
  turnId,
} from './values.ts';

/** Turns, and what agents say and do in them. */
export const TURNS = {
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
  TurnCommitted: fc.record({ turnId, attemptId, sha: commit, parent: commit, title: text, changed }),
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
  TurnFailed: fc.record({ turnId, error, detail: text }, { requiredKeys: ['turnId', 'error'] }),
  TurnCancelRequested: fc.record({ turnId }),
  TurnCancelled: fc.record({ turnId }),
  CommitPushed: fc.record({ attemptId, sha: commit }),
} satisfies Partial<Arbitraries>;
