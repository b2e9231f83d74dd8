import { Redo2, Undo2 } from 'lucide-react';
import type { SessionView } from '../../../projections/views.ts';
import { IconButton } from '../ui/button.tsx';
import { useSessionApi } from './session-api.ts';
import { useCommand } from './use-command.ts';

/** Why code cannot move right now, or `undefined` when it can. */
export const whyNoMove = (view: SessionView): string | undefined => {
  if (view.phase !== 'ready') return 'The app is not ready';
  if (view.runningTurn !== undefined || view.queuedTurns > 0) return 'The agent is working';
  if (view.history.moving !== undefined) return 'Code is being moved';
  if (view.fork?.parts.code.status === 'coming') return 'The version is still coming over';
  return view.sandbox === 'awake' || view.mode === 'quick' ? undefined : 'The sandbox is not awake';
};

const nameOf = (view: SessionView, sha: string): string =>
  view.history.commits.find((commit) => commit.sha === sha)?.title ??
  (view.mode === 'quick' ? 'the empty page' : 'the empty template');

/** Undo and redo of turns. Code moves; what is in the database stays. */
export const HistoryButtons = ({ view }: { readonly view: SessionView }) => {
  const api = useSessionApi();
  const move = useCommand(api.move);
  const { undo, redo } = view.history;
  const obstacle = whyNoMove(view) ?? (move.busy ? 'Code is being moved' : undefined);
  const hint = (target: string | undefined, none: string): string => {
    if (target === undefined) return none;
    return obstacle ?? `Back to “${nameOf(view, target)}”. Data is kept.`;
  };
  return (
    <div className="flex items-center">
      {move.problem === undefined ? null : (
        <p role="alert" className="max-w-60 truncate pr-1 text-small text-bad" title={move.problem}>
          {move.problem}
        </p>
      )}
      <IconButton
        label="Undo"
        title={hint(undo, 'Nothing to undo')}
        disabled={undo === undefined || obstacle !== undefined}
        onClick={() => void move.run('undo')}
      >
        <Undo2 className="size-4" />
      </IconButton>
      <IconButton
        label="Redo"
        title={hint(redo, 'Nothing to redo').replace('Back to', 'On to')}
        disabled={redo === undefined || obstacle !== undefined}
        onClick={() => void move.run('redo')}
      >
        <Redo2 className="size-4" />
      </IconButton>
    </div>
  );
};
