import type { Instant } from '../../envelope.ts';
import type { StepError } from '../../steps.ts';
import type { PictureType } from '../pictures.ts';
import type { Event } from './event.ts';

export type FileChange = { readonly path: string; readonly status: 'added' | 'modified' | 'deleted' };

/**
 * What a turn is checked by: that its changes hold no `secrets`, that they are a `commit`, that the `types` hold, that the
 * dev server answers (`http`), and that the `page` shows no error.
 */
export const CHECK_KINDS = ['secrets', 'commit', 'types', 'http', 'page'] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];
/**
 * `unknown`: it could not be looked at, which says nothing about the app. `skipped`: there was nothing to look at.
 * `how` names what looked, where there is more than one way.
 */
export type Check = {
  readonly kind: CheckKind;
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'skipped';
  readonly how?: string;
};
export type CheckDetail = { readonly kind: CheckKind; readonly detail: string };

/**
 * A picture that came with a message. Its bytes are in the vault, under the session's own key; `digest` is an HMAC of them
 * under that key (hex), and `id` the front of it: the same picture is kept once.
 */
export type Attachment = {
  readonly id: string;
  readonly mediaType: PictureType;
  readonly bytes: number;
  readonly digest: string;
};

/** Fields marked personal in `personal.ts` are encrypted in the log with the session's own key. */
export type TurnEvent =
  | Event<
      'TurnSubmitted',
      {
        turnId: string;
        prompt: string;
        /** Fingerprint of the app's error this turn is to fix. */
        fixes?: string;
        attachments?: readonly Attachment[];
      }
    >
  | Event<
      'TurnStarted',
      {
        turnId: string;
        attemptId: string;
        attempt: number;
        deadline: Instant;
        runner: string;
        /**
         * Milliseconds without a word of this attempt after which another server may take the turn over; absent where one
         * server owns the data.
         */
        leaseMs?: number;
        /**
         * `checks`: the agent is done and what it did is committed, this attempt goes on from there · `answer`: the agent
         * has been given the prompt by an attempt before, this one goes on listening.
         */
        resumes?: 'checks' | 'answer';
        /** The prompt whose answer is listened to, where it is not this attempt's own. */
        promptId?: string;
      }
    >
  /**
   * The server that runs the attempt is still at it, and had nothing to say for a while. `leaseMs` counts from now on; 0:
   * it stops, and whoever comes first goes on.
   */
  | Event<'TurnLeaseRenewed', { turnId: string; attemptId: string; leaseMs: number }>
  | Event<'AgentSaid', { turnId: string; attemptId: string; kind: 'message' | 'thought'; text: string }>
  | Event<
      'ToolCalled',
      { turnId: string; attemptId: string; toolCallId: string; kind: string; title: string; path?: string }
    >
  | Event<
      'ToolReturned',
      {
        turnId: string;
        attemptId: string;
        toolCallId: string;
        status: 'completed' | 'failed';
        output?: string;
        diff?: { path: string; added: number; removed: number; patch: string };
      }
    >
  | Event<
      'TurnCommitted',
      {
        turnId: string;
        attemptId: string;
        sha: string;
        parent: string;
        title: string;
        changed: readonly FileChange[];
      }
    >
  /** What was looked at after the agent had ended, and what came of it: a turn that passed is finished. */
  | Event<
      'TurnVerified',
      {
        turnId: string;
        attemptId: string;
        passed: boolean;
        checks: readonly Check[];
        details: readonly CheckDetail[];
      }
    >
  /** The agent is told what the checks found, for the `correction`-th time of this turn: from 1. */
  | Event<'CorrectionRequested', { turnId: string; attemptId: string; correction: number; findings: string }>
  | Event<'TurnFinished', { turnId: string; attemptId: string; stopReason: string }>
  /** `detail`: what the agent says is wrong, in its own words. */
  | Event<'TurnFailed', { turnId: string; error: StepError; detail?: string }>
  | Event<'TurnCancelRequested', { turnId: string }>
  | Event<'TurnCancelled', { turnId: string }>;
