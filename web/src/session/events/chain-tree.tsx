import type { CausalChain } from '../../../../projections/views.ts';
import { cx } from '../../ui/cx.ts';
import { clock } from '../../ui/time.ts';
import { type ChainLine, linesOf } from './chain.ts';
import { actorName } from './words.ts';

/** Deeper than this, lines are no longer indented. */
const DEEPEST = 14;

/** A step to the right per cause; a smaller one where there is little room. */
const indent = (depth: number): string => `calc(${Math.min(depth, DEEPEST)} * min(1rem, 2.2cqi))`;

const keyOf = (line: ChainLine): string => (line.kind === 'event' ? line.event.id : line.kind);

const origin = (line: Exclude<ChainLine, { kind: 'event' }>): string => {
  if (line.kind === 'process-manager') return `${line.name}, of its own accord`;
  return line.actor === 'operator' ? 'An operator asked for it' : 'A visitor asked for it';
};

/** How it came to an event, and what came of it; every line but the event's own leads there. */
export const ChainTree = ({
  chain,
  onGo,
}: {
  readonly chain: CausalChain;
  readonly onGo: (revision: number) => void;
}) => (
  <>
    <ol aria-label="Causes and effects" className="text-small">
      {linesOf(chain).map((line) => (
        <li
          key={keyOf(line)}
          aria-current={line.kind === 'event' && line.asked ? 'true' : undefined}
          style={{ paddingInlineStart: indent(line.depth) }}
          className="flex min-h-6 items-baseline gap-2"
        >
          <span aria-hidden="true" className="text-ink-3">
            {line.depth === 0 ? '●' : '└'}
          </span>
          <span className="sr-only">Level {line.depth + 1}:</span>
          {line.kind !== 'event' ? (
            <span className="text-ink-2">{origin(line)}</span>
          ) : (
            <EventLine line={line} onGo={onGo} />
          )}
        </li>
      ))}
    </ol>
    {chain.truncated ? (
      <p className="mt-1 text-small text-ink-3">There is more than is drawn here: filter the list instead.</p>
    ) : null}
  </>
);

const EventLine = ({
  line: { event, asked },
  onGo,
}: {
  readonly line: ChainLine & { kind: 'event' };
  readonly onGo: (revision: number) => void;
}) => {
  const words = (
    <>
      <span className="font-mono text-[0.75rem] text-ink-3 tabular">{event.pos}</span>{' '}
      <span className={cx('font-medium', asked ? 'text-ink' : 'text-alive')}>{event.type}</span>{' '}
      <span className="text-ink-3">
        {event.summary}
        <span className="@max-xl:hidden">
          {' '}
          · {actorName(event.actor)} · {clock(event.at)}
        </span>
      </span>
    </>
  );
  return asked ? (
    <span className="min-w-0 truncate rounded bg-alive-soft px-1">{words}</span>
  ) : (
    <button
      type="button"
      onClick={() => onGo(event.pos)}
      className="min-w-0 truncate rounded px-1 text-left hover:bg-sunken"
    >
      {words}
    </button>
  );
};
