import { useState } from 'react';
import type { OrphanCounts, OrphansView, SweepRunning } from '../../../../projections/views.ts';
import { explain } from '../../server/problem.ts';
import { stepName } from '../../session/events/words.ts';
import { useCommand } from '../../session/use-command.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { operatorApi, type Sweep } from '../api.ts';
import { Card, Nothing } from '../card.tsx';
import { emptyWords, keyOf, linesOf, sweepWords } from './left-over.ts';

const ReleaseDialog = ({
  view,
  onDone,
  onClose,
}: {
  readonly view: OrphansView | undefined;
  readonly onDone: (sweep: Sweep | SweepRunning) => void;
  readonly onClose: () => void;
}) => {
  const release = useCommand(async () => {
    onDone(await operatorApi.releaseOrphans());
    onClose();
  });
  const known = view?.orphans ?? [];
  return (
    <Dialog title="Look for orphans and release them?" onClose={onClose}>
      <p className="mt-2 text-pretty text-ink-2">
        Every provider is asked what it holds now. What carries our name and no session owns is deleted there,
        for good; what could not be given back is tried again. Nothing that a session uses is touched.
      </p>
      {known.length === 0 ? null : (
        <>
          <p className="mt-3 text-small text-ink-2">Known already, and released:</p>
          <ul className="mt-1 max-h-40 list-disc overflow-y-auto pl-5 font-mono text-[0.75rem] leading-5">
            {known.map((orphan) => (
              <li key={keyOf(orphan)}>
                {orphan.name} ({stepName(orphan.service)})
              </li>
            ))}
          </ul>
        </>
      )}
      <DialogActions command={release} look="danger" leave="Leave them" onLeave={onClose}>
        {release.busy ? 'Looking' : 'Release'}
      </DialogActions>
    </Dialog>
  );
};

/** What providers hold and no session owns, what cannot be given back, and what is gone. */
export const OrphansCard = ({
  counts,
  className,
}: {
  readonly counts: OrphanCounts;
  readonly className?: string;
}) => {
  const now = useNow(30_000);
  const [asking, setAsking] = useState(false);
  const [sweep, setSweep] = useState<Sweep | SweepRunning>();
  const { orphans, stuck, missing, sweptAt } = counts;
  const loaded = useLoaded(operatorApi.orphans, `${orphans} ${stuck} ${missing} ${sweptAt}`);
  const lines = loaded.value === undefined ? [] : linesOf(loaded.value);
  const empty = emptyWords(counts, loaded);
  return (
    <Card
      id="orphans"
      title="Orphans"
      about={
        sweptAt === undefined
          ? 'The providers have not been compared with the log since this server started.'
          : `Providers compared with the log ${ago(sweptAt, now)}.`
      }
      className={className ?? ''}
      action={
        <Button small onClick={() => setAsking(true)}>
          Release
        </Button>
      }
    >
      {loaded.error === undefined ? null : <Notice className="mb-2">{explain(loaded.error)}</Notice>}
      {sweep === undefined ? null : (
        <p role="status" className="mb-2 rounded-lg bg-alive-soft px-3 py-2 text-small">
          {sweepWords(sweep, loaded.value)}
        </p>
      )}
      {lines.length === 0 ? (
        empty === undefined ? null : (
          <Nothing>{empty}</Nothing>
        )
      ) : (
        <ul className="-my-2 max-h-72 divide-y divide-line overflow-y-auto">
          {lines.map(({ key, name, what, since, error }) => (
            <li key={key} className="py-2 text-small">
              <p className="flex justify-between gap-3">
                <span className="min-w-0 truncate font-mono text-[0.75rem] leading-5">{name}</span>
                <span className="shrink-0 text-ink-3">{ago(since, now)}</span>
              </p>
              <p className="text-ink-2">{what}</p>
              {error === undefined ? null : <p className="wrap-anywhere text-bad">{error}</p>}
            </li>
          ))}
        </ul>
      )}
      {asking ? (
        <ReleaseDialog view={loaded.value} onDone={setSweep} onClose={() => setAsking(false)} />
      ) : null}
    </Card>
  );
};
