import type { Instant } from '../domain/envelope.ts';
import type { Attachment, Check, FileChange } from '../domain/session/events.ts';
import type { StepError } from '../domain/steps.ts';

/** The conversation of a session, turn by turn. */

/** A check with what it saw, which is gone once its session is forgotten. */
export type CheckView = Check & { readonly detail?: string };

export type TranscriptItem =
  | { readonly kind: 'message' | 'thought'; readonly text: string; readonly revision: number }
  | {
      readonly kind: 'tool';
      readonly toolCallId: string;
      readonly tool: string;
      readonly title: string;
      readonly path?: string;
      readonly status: 'running' | 'completed' | 'failed';
      readonly output?: string;
      readonly diff?: {
        readonly path: string;
        readonly added: number;
        readonly removed: number;
        readonly patch: string;
      };
      readonly revision: number;
    }
  | {
      readonly kind: 'checks';
      readonly passed: boolean;
      readonly checks: readonly CheckView[];
      /** Set where the agent was told: for the how-manieth time of its turn. */
      readonly correction?: number;
      readonly revision: number;
    };

/** What a turn has used. `costMicros` (micro-dollars) is absent where calls do not go through the relay. */
export type UsageView = {
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicros?: number;
};

export type TranscriptTurn = {
  readonly turnId: string;
  readonly prompt: string;
  /** Fingerprint of the error of the app it is to fix. */
  readonly fixes?: string;
  /** Pictures that came with it; their bytes are at `/api/sessions/:id/pictures/:pictureId`. */
  readonly attachments?: readonly Attachment[];
  readonly status: 'queued' | 'running' | 'cancelling' | 'finished' | 'failed' | 'cancelled';
  readonly submittedAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly items: readonly TranscriptItem[];
  readonly commit?: { readonly sha: string; readonly changed: readonly FileChange[] };
  /** `detail`: what the agent says is wrong, in its own words. */
  readonly error?: StepError & { readonly detail?: string };
  readonly usage?: UsageView;
};

export type TranscriptView = {
  readonly sessionId: string;
  readonly revision: number;
  readonly turns: readonly TranscriptTurn[];
};
