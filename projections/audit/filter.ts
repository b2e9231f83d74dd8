import type { Instant } from '../../domain/envelope.ts';
import type { AuditEvent } from '../audit-views.ts';

/** All that is set has to hold. */
export type AuditFilter = {
  readonly types?: ReadonlySet<string>;
  /** `visitor`, `process-manager` or `operator`; or whole, e.g. `process-manager:boot`. */
  readonly actor?: string;
  readonly step?: string;
  readonly turnId?: string;
  /** Both inclusive. */
  readonly since?: Instant;
  readonly until?: Instant;
  /** In type, actor, summary and data, whatever the case. */
  readonly text?: string;
};

export const matches = (filter: AuditFilter, event: AuditEvent): boolean =>
  (filter.types === undefined || filter.types.has(event.type)) &&
  (filter.actor === undefined || event.actor === filter.actor || kindOf(event.actor) === filter.actor) &&
  (filter.step === undefined || event.step === filter.step) &&
  (filter.turnId === undefined || event.turnId === filter.turnId) &&
  (filter.since === undefined || event.at >= filter.since) &&
  (filter.until === undefined || event.at <= filter.until) &&
  (filter.text === undefined || wordsOf(event).includes(filter.text.toLowerCase()));

const kindOf = (actor: string): string => actor.split(':', 1)[0] ?? actor;

const wordsOf = ({ type, actor, summary, data }: AuditEvent): string =>
  `${type} ${actor} ${summary} ${JSON.stringify(data)}`.toLowerCase();
