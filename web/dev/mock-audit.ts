import type { AuditEvent, AuditPage, CausalChain, ChainLink } from '../../projections/views.ts';
import { json, problem, type Reply } from './mock-reply.ts';
import type { SessionLog } from './session-log.ts';

const textOf = (data: unknown, ...names: readonly string[]): string => {
  for (const name of names) {
    const value = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
    if (typeof value === 'string') return value;
  }
  return '';
};

const rowsOf = (log: SessionLog): readonly AuditEvent[] =>
  log.events.map((event) => {
    const turnId = textOf(event.data, 'turnId');
    return {
      ...event,
      correlationId: event.causationId,
      schema: 1,
      seal: event.id.replaceAll('-', '').repeat(2),
      summary: textOf(event.data, 'prompt', 'title', 'text', 'step', 'reason', 'model', 'provider'),
      ...(turnId === '' ? {} : { turnId }),
    };
  });

const fits = (query: URLSearchParams) => (event: AuditEvent) => {
  const types = query.getAll('type');
  const [actor, turn, step] = ['actor', 'turn', 'step'].map((name) => query.get(name));
  if (types.length > 0 && !types.includes(event.type)) return false;
  if (actor && !(event.actor === actor || event.actor.startsWith(`${actor}:`))) return false;
  if (turn && event.turnId !== turn) return false;
  if (step && textOf(event.data, 'step', 'service') !== step) return false;
  const text = query.get('q')?.toLowerCase();
  return !text || `${event.type} ${JSON.stringify(event.data)}`.toLowerCase().includes(text);
};

const pageOf = (log: SessionLog, query: URLSearchParams): AuditPage => {
  const limit = Number(query.get('limit') ?? 200);
  const rows = rowsOf(log).filter(fits(query));
  const before = query.get('before');
  const from = Number(query.get('from') ?? 0);
  const events =
    before === null
      ? rows.filter(({ pos }) => pos >= from).slice(0, limit)
      : rows.filter(({ pos }) => pos < Number(before)).slice(-limit);
  const [first, last] = [events[0]?.pos, events.at(-1)?.pos];
  return {
    events,
    head: log.head,
    ...(last !== undefined && rows.some(({ pos }) => pos > last) ? { next: last + 1 } : {}),
    ...(first !== undefined && rows.some(({ pos }) => pos < first) ? { previous: first } : {}),
  };
};

/** In the mock every event is caused by the one before it. */
const chainOf = (log: SessionLog, revision: number): CausalChain | undefined => {
  const rows = rowsOf(log);
  const event = rows[revision];
  if (event === undefined) return undefined;
  const link = (of: AuditEvent): ChainLink => ({
    kind: 'event',
    depth: Math.abs(of.pos - revision),
    event: of,
  });
  const first = rows[0];
  const origin: ChainLink = {
    kind: 'command',
    depth: revision + 1,
    id: first?.causationId ?? '',
    actor: 'visitor:u1',
  };
  return {
    event,
    ancestors: [...rows.slice(0, revision).toReversed().map(link), origin],
    descendants: rows.slice(revision + 1, revision + 6).map(link),
    truncated: revision + 6 < rows.length,
  };
};

/** What of a session's history can be read, by its owner and by operators. */
export const audit = (log: SessionLog, rest: string, query: URLSearchParams): Reply | undefined => {
  if (rest === '/events') return json(pageOf(log, query));
  if (rest === '/events/verify') return json({ events: log.events.length });
  if (rest === '/events.ndjson') {
    const lines = rowsOf(log)
      .filter(fits(query))
      .map((event) => `${JSON.stringify(event)}\n`);
    return { status: 200, type: 'application/x-ndjson', body: lines.join('') };
  }
  const revision = /^\/events\/(\d+)\/chain$/.exec(rest)?.[1];
  if (revision === undefined) return undefined;
  const chain = chainOf(log, Number(revision));
  return chain === undefined ? problem(404, 'event_not_found', 'There is no such event.') : json(chain);
};
