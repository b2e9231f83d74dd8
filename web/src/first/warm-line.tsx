import { useState } from 'react';
import type { PartState } from '../../../projections/views.ts';
import { warm } from '../server/first.ts';
import type { Warm } from '../server/types.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { useVisiblePoll } from '../ui/use-visible-poll.ts';

const PARTS = [
  ['sandbox', 'Sandbox'],
  ['neon', 'Postgres'],
  ['resend', 'Mail'],
  ['github', 'Repository'],
  ['posthog', 'Analytics'],
] as const;

const WORDS: Readonly<Record<PartState | 'asking', readonly [Tone, string]>> = {
  warm: ['alive', 'warm'],
  starting: ['wait', 'starting'],
  failed: ['bad', 'failed, retrying'],
  off: ['off', 'not configured'],
  on_demand: ['off', 'on demand'],
  asking: ['off', 'asking'],
};

/** What stands ready for the next prompt, part by part, as the server reports it and no better. */
export const WarmLine = () => {
  const [state, setState] = useState<Warm>();
  const [reachable, setReachable] = useState(true);
  useVisiblePoll(async (signal) => {
    try {
      setState(await warm(signal));
      setReachable(true);
    } catch {
      setReachable(signal.aborted);
    }
  }, 2_000);

  if (!reachable) {
    return (
      <p role="status" className="flex min-h-5 items-center gap-2 text-small text-ink-2">
        <StatusDot tone="bad" />
        The server cannot be reached. Trying again every two seconds.
      </p>
    );
  }
  return (
    <ul aria-label="Standing ready" className="flex min-h-5 flex-wrap gap-x-5 gap-y-1 text-small">
      {PARTS.map(([part, name]) => {
        const [tone, word] = WORDS[state?.parts[part] ?? 'asking'];
        return (
          <li key={part} className="flex items-center gap-2">
            <StatusDot tone={tone} />
            <span className="text-ink-2">{name}</span>
            <span className={tone === 'bad' ? 'text-bad' : 'text-ink-3'}>{word}</span>
          </li>
        );
      })}
    </ul>
  );
};
