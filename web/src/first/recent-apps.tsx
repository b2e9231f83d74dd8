import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import type { SessionListItem } from '../../../projections/views.ts';
import { Link } from '../routing/link.tsx';
import { sessions } from '../server/first.ts';
import { explain } from '../server/problem.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { ago, useNow } from '../ui/time.ts';
import { useVisiblePoll } from '../ui/use-visible-poll.ts';

const stateOf = (item: SessionListItem): readonly [Tone, string] => {
  if (item.phase === 'closed') return ['off', 'deleted'];
  if (item.phase === 'closing') return ['wait', 'being deleted'];
  if (item.sandbox === 'asleep') return ['off', 'asleep'];
  if (item.sandbox === 'waking') return ['wait', 'waking'];
  if (item.sandbox === 'lost') return ['bad', 'sandbox lost'];
  return item.phase === 'booting' ? ['wait', 'starting'] : ['alive', 'running'];
};

/** Apps this browser has started. Nothing is shown while there are none: the prompt stands alone. */
export const RecentApps = () => {
  const [items, setItems] = useState<readonly SessionListItem[]>([]);
  const [problem, setProblem] = useState<string>();
  const now = useNow(30_000);
  useVisiblePoll(async (signal) => {
    try {
      setItems((await sessions(signal)).sessions);
      setProblem(undefined);
    } catch (error) {
      if (!signal.aborted) setProblem(explain(error));
    }
  }, 10_000);

  const shown = items.filter(({ phase }) => phase !== 'closed').slice(0, 8);
  if (shown.length === 0) {
    return problem === undefined ? null : (
      <p role="status" className="mt-12 text-small text-ink-3">
        Your earlier apps could not be listed. {problem}
      </p>
    );
  }
  return (
    <section aria-labelledby="recent" className="mt-14 animate-arrive">
      <h2 id="recent" className="text-small font-medium text-ink-3">
        Your apps in this browser
      </h2>
      <ul className="mt-2 divide-y divide-line border-y border-line">
        {shown.map((item) => {
          const [tone, word] = stateOf(item);
          return (
            <li key={item.sessionId}>
              <Link
                href={`/s/${item.sessionId}`}
                className="group -mx-3 flex items-center gap-3 rounded-lg px-3 py-2.5 hover:bg-sunken"
              >
                <span className="min-w-0 flex-1 truncate font-medium">{item.title || 'Untitled app'}</span>
                <span className="flex items-center gap-2 text-small text-ink-2">
                  <StatusDot tone={tone} />
                  {word}
                </span>
                <time
                  dateTime={item.lastActivityAt}
                  className="w-24 text-right text-small text-ink-3 max-sm:hidden"
                >
                  {ago(item.lastActivityAt, now)}
                </time>
                <ArrowRight
                  aria-hidden="true"
                  className="size-4 text-ink-3 transition-transform group-hover:translate-x-0.5"
                />
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
};
