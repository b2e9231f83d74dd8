import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { useNow } from '../../ui/time.ts';
import type { Operations } from '../topics.ts';

const describe = ({ by, link }: Operations, now: number): readonly [Tone, string, string] => {
  if (by === 'live') return ['alive', 'Live', 'Every change is shown as it happens.'];
  if (link.attempt === 0) return ['wait', 'Connecting', 'Connecting to the server.'];
  const due = link.retryAt === undefined ? 0 : Math.ceil((link.retryAt - now) / 1_000);
  const again = due > 1 ? `, again in ${due} s` : '';
  return by === 'polled'
    ? [
        'wait',
        `Asked every 3 s${again}`,
        'The live connection is gone; the server is asked every three seconds.',
      ]
    : ['bad', `Reconnecting${again}`, 'The server cannot be reached. What you see is as it was.'];
};

/** Whether what is shown is how things are. */
export const LinkWords = ({ operations }: { readonly operations: Operations }) => {
  const now = useNow(1_000, operations.by !== 'live');
  const [tone, words, explanation] = describe(operations, now);
  return (
    <p
      role="status"
      title={explanation}
      className="flex min-w-0 items-center gap-2 text-small whitespace-nowrap text-ink-2 tabular"
    >
      <StatusDot tone={tone} />
      <span className="truncate">{words}</span>
    </p>
  );
};
