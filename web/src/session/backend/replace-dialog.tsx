import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

const FIELD =
  'mt-1 h-9 w-full rounded-lg border border-control bg-surface px-3 font-mono text-[0.8125rem] text-ink';

/** One's own value in the place of a variable; without a `name`, for one that is not there yet. */
export const ReplaceDialog = ({
  name: given,
  onClose,
  onReplaced,
}: {
  readonly name: string | undefined;
  readonly onClose: () => void;
  readonly onReplaced: () => void;
}) => {
  const api = useSessionApi();
  const [name, setName] = useState(given ?? '');
  const [value, setValue] = useState('');
  const replace = useCommand(async () => {
    await api.replace(name, value);
    onReplaced();
    onClose();
  });
  return (
    <Dialog title={given === undefined ? 'Add a variable' : `Replace ${given}`} onClose={onClose}>
      <form
        className="mt-3 space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== '') void replace.run();
        }}
      >
        {given === undefined ? (
          <label className="block text-small text-ink-2">
            Name
            <input
              autoFocus
              value={name}
              maxLength={100}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setName(event.target.value.trim())}
              className={FIELD}
            />
          </label>
        ) : null}
        <label className="block text-small text-ink-2">
          Your value
          <input
            autoFocus={given !== undefined}
            value={value}
            maxLength={4_096}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setValue(event.target.value)}
            className={FIELD}
          />
        </label>
        <p className="text-small text-ink-3">
          It is written to <code className="font-mono">/app/.env</code> and stays there, whatever is written
          later. It is kept encrypted, and never in the history.
        </p>
        {replace.problem === undefined ? null : <Notice>{replace.problem}</Notice>}
        <div className="flex justify-end gap-2 pt-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" disabled={replace.busy || name === ''} aria-busy={replace.busy}>
            {given === undefined ? 'Add' : 'Replace'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
