import { type ReactNode, useId, useRef, useState } from 'react';
import { checkpointOf } from '../../../../domain/session/checkpoints.ts';
import type { HistoryView } from '../../../../projections/history-views.ts';
import { navigate } from '../../routing/router.ts';
import { commandId } from '../../server/client.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { RadioCard } from '../../ui/radio-card.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { rowCount, whenKept, whyNotKept } from './data-words.ts';

type Choice = 'kept' | 'empty';

/** What a fork of a version is made of, before it is made; and whether the data comes along. */
export const ForkDialog = ({
  history,
  sha,
  title,
  onClose,
}: {
  readonly history: HistoryView;
  readonly sha: string;
  readonly title: string;
  readonly onClose: () => void;
}) => {
  const api = useSessionApi();
  const name = useId();
  const now = useNow(30_000);
  const kept = checkpointOf(history.checkpoints, sha);
  const [choice, setChoice] = useState<Choice>(kept === undefined ? 'empty' : 'kept');
  // The same choice sent again after a lost answer makes one app.
  const ids = useRef<Readonly<Record<Choice, string>>>({ kept: commandId(), empty: commandId() });
  const fork = useCommand(async () => {
    const { sessionId } = await api.fork({ commit: sha, data: choice }, ids.current[choice]);
    navigate(`/s/${sessionId}`);
  });
  const radio = (value: Choice, label: ReactNode) => (
    <RadioCard name={name} isChosen={choice === value} onChoose={() => setChoice(value)}>
      {label}
    </RadioCard>
  );
  return (
    <Dialog title={`Fork “${title}”?`} onClose={onClose}>
      <p className="mt-2 text-small text-pretty text-ink-2">
        Another app begins with the code of this version and its history. It has a sandbox, a database, a
        repository and keys of its own. This app stays as it is.
      </p>
      <fieldset className="mt-4">
        <legend className="text-small font-medium">The data</legend>
        <div className="mt-1.5 space-y-1.5">
          {kept === undefined
            ? null
            : radio(
                'kept',
                <>
                  A copy of it as it was {whenKept(kept)}, {ago(kept.at, now)}
                  {choice === 'kept' && kept.tables.length > 0 ? (
                    <span className="mt-1 block text-ink-2">
                      {kept.tables.map((table) => (
                        <span key={table.name} className="block tabular">
                          {table.name}: {rowCount(table.rows)}
                        </span>
                      ))}
                    </span>
                  ) : null}
                </>,
              )}
          {radio('empty', 'An empty database, in which the app makes its tables')}
        </div>
        {kept === undefined ? (
          <p className="mt-1.5 text-small text-ink-2">{whyNotKept(history, sha)}</p>
        ) : null}
      </fieldset>
      <DialogActions command={fork} onLeave={onClose}>
        {fork.busy ? 'Forking' : 'Fork'}
      </DialogActions>
    </Dialog>
  );
};
