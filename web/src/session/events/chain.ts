import type { AuditEvent, CausalChain, ChainLink } from '../../../../projections/views.ts';

/** A line of the drawn chain, indented by `depth`: the first cause has none. */
export type ChainLine =
  | { readonly kind: 'event'; readonly depth: number; readonly event: AuditEvent; readonly asked: boolean }
  | { readonly kind: 'command'; readonly depth: number; readonly actor: string }
  | { readonly kind: 'process-manager'; readonly depth: number; readonly name: string };

/** The names by which what follows may refer to an event: its own, its attempt's, its turn's. */
const namesOf = ({ id, type, data }: AuditEvent): readonly unknown[] => {
  const field = (name: string): unknown =>
    typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  if (type === 'TurnSubmitted') return [id, field('turnId')];
  return type === 'StepStarted' || type === 'TurnStarted' ? [id, field('attemptId')] : [id];
};

const lineOf = (link: ChainLink, depth: number): ChainLine => {
  if (link.kind === 'event') return { kind: 'event', depth, event: link.event, asked: false };
  return link.kind === 'command'
    ? { kind: 'command', depth, actor: link.actor }
    : { kind: 'process-manager', depth, name: link.name };
};

/** From the first cause down to the event, then what it led to, each effect below what caused it. */
export const linesOf = ({ event, ancestors, descendants }: CausalChain): readonly ChainLine[] => {
  const causes = ancestors.toSorted((a, b) => b.depth - a.depth).map((link, depth) => lineOf(link, depth));
  const depth = causes.length;
  const lines: ChainLine[] = [...causes, { kind: 'event', depth, event, asked: true }];

  const effects = descendants.filter((link) => link.kind === 'event');
  const below = (cause: AuditEvent, level: number): void => {
    const names = namesOf(cause);
    for (const effect of effects) {
      if (effect.depth !== level || !names.includes(effect.event.causationId)) continue;
      lines.push({ kind: 'event', depth: depth + level, event: effect.event, asked: false });
      below(effect.event, level + 1);
    }
  };
  below(event, 1);
  return lines;
};
