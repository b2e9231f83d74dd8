import type { Snapshot } from '../live/connection.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { useNow } from '../ui/time.ts';

const describe = ({ sync, link }: Snapshot, now: number): readonly [Tone, string, string] => {
  if (sync.log === 'away')
    return [
      'wait',
      'Not recording',
      'The server cannot record anything just now. What you see is kept; send again what was refused once this says Live.',
    ];
  if (sync.phase === 'live')
    return ['alive', 'Live', `Live. Everything up to event ${sync.pos} is on this page.`];
  if (sync.views === undefined) {
    return link.attempt === 0
      ? ['wait', 'Connecting', 'Connecting to the server.']
      : ['bad', 'No connection', 'The server cannot be reached. It is tried again until it answers.'];
  }
  const from = `Reconnecting from event ${sync.pos}`;
  if (sync.phase === 'asking') return ['wait', 'Catching up', `Catching up from event ${sync.pos}.`];
  const due = link.retryAt === undefined ? 0 : Math.ceil((link.retryAt - now) / 1000);
  const when = due > 1 ? ` in ${due} s` : '';
  return [
    'wait',
    `${from}${when}`,
    `${from}. What you see is what was recorded up to there; nothing is lost.`,
  ];
};

/** Whether this page is up to date, always on view. */
export const ConnectionState = ({ snapshot }: { readonly snapshot: Snapshot }) => {
  const now = useNow(1_000, snapshot.sync.phase !== 'live');
  const [tone, words, explanation] = describe(snapshot, now);
  return (
    <p
      role="status"
      title={explanation}
      className="flex items-center gap-2 text-small whitespace-nowrap text-ink-2 tabular"
    >
      <StatusDot tone={tone} />
      <span className="max-sm:max-w-32 max-sm:truncate">{words}</span>
    </p>
  );
};
