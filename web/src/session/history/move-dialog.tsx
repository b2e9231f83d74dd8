import { type ReactNode, useId, useState } from 'react';
import type { FileChange } from '../../../../domain/session/events.ts';
import type { CheckpointView, HistoryView } from '../../../../projections/history-views.ts';
import { checkpointsOf, moveTo } from '../../../../projections/session-view/moves.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { RadioCard } from '../../ui/radio-card.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { tableChanges, whenKept, whyNotKept } from './data-words.ts';

const SHOWN = 6;
const STATUS: Readonly<Record<FileChange['status'], string>> = {
  added: 'comes back',
  modified: 'changes',
  deleted: 'goes',
};

const Listed = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <div className="mt-3">
    <h3 className="text-small font-medium">{title}</h3>
    <ul className="mt-1 space-y-0.5 text-small text-ink-2">{children}</ul>
  </div>
);

const some = <A,>(all: readonly A[], row: (one: A) => ReactNode): ReactNode => (
  <>
    {all.slice(0, SHOWN).map(row)}
    {all.length > SHOWN ? <li className="text-ink-3">and {all.length - SHOWN} more</li> : null}
  </>
);

type Choice = 'keep' | string;

const DataChoice = ({
  history,
  kept,
  tables,
  sha,
  choice,
  onChoose,
}: {
  readonly history: HistoryView;
  readonly kept: readonly CheckpointView[];
  readonly tables: HistoryAnswerTables;
  readonly sha: string;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}) => {
  const name = useId();
  const now = useNow(30_000);
  const isHere = sha === history.at;
  const radio = (value: Choice, label: ReactNode) => (
    <RadioCard name={name} isChosen={choice === value} onChoose={() => onChoose(value)}>
      {label}
    </RadioCard>
  );
  return (
    <fieldset className="mt-4">
      <legend className="text-small font-medium">The data</legend>
      <div className="mt-1.5 space-y-1.5">
        {isHere ? null : radio('keep', 'Keep it as it is now')}
        {kept.map((checkpoint) => (
          <div key={checkpoint.checkpointId}>
            {radio(
              checkpoint.checkpointId,
              <>
                Restore it as it was {whenKept(checkpoint)}, {ago(checkpoint.at, now)}
                {choice === checkpoint.checkpointId ? (
                  <span className="mt-1 block text-ink-2">
                    {tableChanges(tables, checkpoint.tables).map((line) => (
                      <span key={line} className="block tabular">
                        {line}
                      </span>
                    ))}
                  </span>
                ) : null}
              </>,
            )}
          </div>
        ))}
      </div>
      {kept.length === 0 ? (
        <p className="mt-1.5 text-small text-ink-2">{whyNotKept(history, sha)}</p>
      ) : (
        <p className="mt-2 text-small text-pretty text-ink-2">
          What is in the database now is kept as well, so that you can come back to it.
        </p>
      )}
    </fieldset>
  );
};

type HistoryAnswerTables = Parameters<typeof tableChanges>[0];

/** What going to a version would change, before it does: turns, files, tables; and what becomes of the data. */
export const MoveDialog = ({
  history,
  sha,
  title,
  hasData = true,
  obstacle,
  onShow,
  onMoved,
  onClose,
}: {
  readonly history: HistoryView;
  readonly sha: string;
  readonly title: string;
  /** A quick page has none here: what is entered stays in the browser. */
  readonly hasData?: boolean;
  readonly obstacle: string | undefined;
  readonly onShow: (() => void) | undefined;
  readonly onMoved?: () => void;
  readonly onClose: () => void;
}) => {
  const api = useSessionApi();
  const { undone, redone, files } = moveTo(history, sha);
  const kept = checkpointsOf(history, sha);
  const isHere = sha === history.at;
  const [choice, setChoice] = useState<Choice>(isHere ? (kept[0]?.checkpointId ?? 'keep') : 'keep');
  const { value } = useLoaded((signal) => api.history(signal), `${sha}|${history.at}`);
  const move = useCommand(async () => {
    await api.move({ sha }, choice === 'keep' ? { data: 'keep' } : { data: 'restore', checkpointId: choice });
    onMoved?.();
    onClose();
  });
  const cannot = obstacle ?? (isHere && choice === 'keep' ? 'You are here' : undefined);
  return (
    <Dialog title={isHere ? `You are at “${title}”` : `Go to “${title}”?`} onClose={onClose}>
      {undone.length === 0 ? null : (
        <Listed title={`Takes back ${undone.length === 1 ? 'one turn' : `${undone.length} turns`}`}>
          {some(undone, (turn) => (
            <li key={turn.sha} className="truncate">
              {turn.title}
            </li>
          ))}
        </Listed>
      )}
      {redone.length === 0 ? null : (
        <Listed title={`Brings ${redone.length === 1 ? 'one turn' : `${redone.length} turns`}`}>
          {some(redone, (turn) => (
            <li key={turn.sha} className="truncate">
              {turn.title}
            </li>
          ))}
        </Listed>
      )}
      {files.length === 0 ? null : (
        <Listed title={files.length === 1 ? 'One file' : `${files.length} files`}>
          {some(files, ({ path, status }) => (
            <li key={path} className="flex gap-3">
              <code className="min-w-0 flex-1 truncate font-mono text-[0.75rem]/5">{path}</code>
              <span>{STATUS[status]}</span>
            </li>
          ))}
        </Listed>
      )}
      {hasData ? (
        <DataChoice
          history={history}
          kept={kept}
          tables={value?.tables}
          sha={sha}
          choice={choice}
          onChoose={setChoice}
        />
      ) : null}
      <DialogActions
        command={isHere && kept.length === 0 ? undefined : move}
        leave="Stay"
        onLeave={onClose}
        cannot={cannot}
        beside={
          onShow === undefined ? null : (
            <Button look="quiet" className="mr-auto" onClick={onShow}>
              See its changes
            </Button>
          )
        }
      >
        {isHere ? 'Restore the data' : choice === 'keep' ? 'Go there' : 'Go there, data too'}
      </DialogActions>
    </Dialog>
  );
};
