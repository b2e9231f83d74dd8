import { useState } from 'react';
import type { SessionListItem } from '../../../projections/views.ts';
import { Link } from '../routing/link.tsx';
import { sessions } from '../server/first.ts';
import { explain } from '../server/problem.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { ago, useNow } from '../ui/time.ts';
import { useVisiblePoll } from '../ui/use-visible-poll.ts';
import { forgetPicturesBut, pictureOf } from './pictures.ts';

const stateOf = (item: SessionListItem): readonly [Tone, string] => {
  if (item.phase === 'closed') return ['off', 'deleted'];
  if (item.phase === 'closing') return ['wait', 'being deleted'];
  if (item.mode === 'quick') return ['alive', 'quick page'];
  if (item.sandbox === 'asleep') return ['off', 'asleep'];
  if (item.sandbox === 'waking') return ['wait', 'waking'];
  if (item.sandbox === 'lost') return ['bad', 'sandbox lost'];
  return item.phase === 'booting' ? ['wait', 'starting'] : ['alive', 'running'];
};

/** The app as it was last seen in this browser; a quiet page where it was not seen yet. */
const Picture = ({ sessionId }: { readonly sessionId: string }) => {
  const picture = pictureOf(sessionId);
  return (
    <span aria-hidden="true" className="block aspect-[16/10] overflow-hidden border-b border-line bg-sunken">
      {picture === undefined ? (
        <span className="flex size-full flex-col justify-center gap-2 px-[22%]">
          <span className="h-2 w-1/2 rounded-full bg-line-strong" />
          <span className="h-2 rounded-full bg-line" />
          <span className="h-2 w-4/5 rounded-full bg-line" />
        </span>
      ) : (
        <img src={picture} alt="" className="size-full object-cover object-top" />
      )}
    </span>
  );
};

const Card = ({ item, now }: { readonly item: SessionListItem; readonly now: number }) => {
  const [tone, word] = stateOf(item);
  return (
    <li>
      <Link
        href={`/s/${item.sessionId}`}
        className="group block overflow-hidden rounded-xl border border-line bg-surface transition-colors hover:border-control"
      >
        <Picture sessionId={item.sessionId} />
        <span className="block px-3.5 py-3">
          <span className="line-clamp-2 min-h-11 text-small leading-5.5 font-medium text-pretty">
            {item.title || 'Untitled app'}
          </span>
          <span className="mt-1.5 flex items-center gap-2 text-small text-ink-2">
            <StatusDot tone={tone} />
            {word}
            <time dateTime={item.lastActivityAt} className="ml-auto text-ink-3">
              {ago(item.lastActivityAt, now)}
            </time>
          </span>
        </span>
      </Link>
    </li>
  );
};

/** Apps this browser has started. Nothing is shown while there are none: the prompt stands alone. */
export const RecentApps = () => {
  const [items, setItems] = useState<readonly SessionListItem[]>([]);
  const [problem, setProblem] = useState<string>();
  const now = useNow(30_000);
  useVisiblePoll(async (signal) => {
    try {
      const listed = (await sessions(signal)).sessions;
      setItems(listed);
      forgetPicturesBut(new Set(listed.map(({ sessionId }) => sessionId)));
      setProblem(undefined);
    } catch (error) {
      if (!signal.aborted) setProblem(explain(error));
    }
  }, 10_000);

  const shown = items.filter(({ phase }) => phase !== 'closed').slice(0, 9);
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
      <ul className="mt-3 grid grid-cols-2 gap-4 sm:grid-cols-3 max-[360px]:grid-cols-1">
        {shown.map((item) => (
          <Card key={item.sessionId} item={item} now={now} />
        ))}
      </ul>
    </section>
  );
};
