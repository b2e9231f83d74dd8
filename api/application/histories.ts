import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { AuditFilter } from '../../projections/audit/filter.ts';
import type { AuditPage, AuditSessions, CausalChain, Verification } from '../../projections/audit-views.ts';
import type { OpsState } from '../../projections/operator-views.ts';
import type { TranscriptView } from '../../projections/transcript-views.ts';
import type { SessionView } from '../../projections/views.ts';
import type { CommandError } from './command.ts';

/** Whether what people, and agents answering them, have said and written is shown, or reads `[personal]`. */
export type Words = 'shown' | 'masked';

/** From `from` on; with `before`, the last ones before it instead, and none before `from`. */
export type AuditQuery = {
  readonly from: number;
  readonly before?: number;
  readonly limit: number;
  readonly filter: AuditFilter;
};

export type AuditSessionsQuery = {
  /** Part of an id, a slug or an owner's uid. */
  readonly text?: string;
  readonly states?: ReadonlySet<OpsState>;
  readonly limit: number;
  /** The cursor of the page before. */
  readonly after?: string;
};

export type Histories = {
  /** Histories as they are looked through: by their owners, and by operators with the words of people masked. */
  readonly audit: {
    readonly page: (
      sessionId: string,
      query: AuditQuery,
      words: Words,
    ) => TaskEither<CommandError, AuditPage>;
    readonly chain: (sessionId: string, pos: number, words: Words) => TaskEither<CommandError, CausalChain>;
    /** Checks every seal; names the first event that does not fit. */
    readonly verify: (sessionId: string) => TaskEither<CommandError, Verification>;
    /** The session as it was after the event at `revision`; without one, after the last. */
    readonly stateAt: (
      sessionId: string,
      revision: number | undefined,
      words: Words,
    ) => TaskEither<CommandError, { readonly view: SessionView; readonly transcript: TranscriptView }>;
    readonly sessions: (query: AuditSessionsQuery) => Promise<AuditSessions>;
  };
};
