import { useState } from 'react';
import type { PoolView } from '../../../../projections/views.ts';
import { useCommand } from '../../session/use-command.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { operatorApi } from '../api.ts';
import { plural } from './numbers.ts';

/** Says what goes before it goes; the reason becomes part of the log. */
export const DrainDialog = ({ pool, onClose }: { readonly pool: PoolView; readonly onClose: () => void }) => {
  const [reason, setReason] = useState('');
  const drain = useCommand(async () => {
    await operatorApi.drain(reason.trim());
    onClose();
  });
  return (
    <Dialog title="Drain the pool?" onClose={onClose}>
      <p className="mt-2 text-pretty text-ink-2">
        {pool.entries.length === 0
          ? 'No session stands in the pool now.'
          : `${plural(pool.entries.length, 'session')} nobody has claimed will be closed, and everything made for ${pool.entries.length === 1 ? 'it' : 'them'} released: sandbox, database, mail key, repository.`}{' '}
        The target becomes 0, so nothing is made until you set it again. Visitors wait for a cold start; apps
        in use are not touched.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== '') void drain.run();
        }}
      >
        <label htmlFor="drain-reason" className="mt-4 block text-small font-medium">
          Reason, for the log
        </label>
        <input
          id="drain-reason"
          required
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          className="mt-1 h-9 w-full rounded-lg border border-control bg-surface px-3 text-small"
        />
        {drain.problem === undefined ? null : <Notice className="mt-4">{drain.problem}</Notice>}
        <div className="mt-6 flex justify-end gap-2">
          <Button onClick={onClose}>Keep it</Button>
          <Button type="submit" look="danger" disabled={drain.busy} aria-busy={drain.busy}>
            Drain
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
