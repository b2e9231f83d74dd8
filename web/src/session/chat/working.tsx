import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import { useNow, wholeSeconds } from '../../ui/time.ts';

/** What it has committed is being checked for the first time; afterwards the agent may be at it again. */
const isChecking = ({ commit, items }: TranscriptTurn): boolean =>
  commit !== undefined && !items.some(({ kind }) => kind === 'checks');

const wordFor = (turn: TranscriptTurn): string => {
  if (turn.status === 'cancelling') return 'Stopping';
  return isChecking(turn) ? 'Checking the app' : 'Working';
};

/** The line that stays while a turn runs; its height never changes, so nothing above it moves. */
export const Working = ({ turn }: { readonly turn: TranscriptTurn }) => {
  const now = useNow(1_000);
  const since = turn.startedAt === undefined ? 0 : now - Date.parse(turn.startedAt);
  return (
    <p className="flex h-5 items-center gap-2 text-small text-ink-3">
      <StatusDot tone="wait" />
      <span>{wordFor(turn)}</span>
      <span className="tabular">{since < 1_000 ? '' : wholeSeconds(since)}</span>
    </p>
  );
};
