import type { OpsView, ParkedWork } from '../../../../projections/views.ts';
import { Link } from '../../routing/link.tsx';
import { stepName } from '../../session/events/words.ts';
import { useCommand } from '../../session/use-command.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { operatorApi } from '../api.ts';
import { Card, Nothing } from '../card.tsx';

const Parked = ({ work, now }: { readonly work: ParkedWork; readonly now: number }) => {
  const { sessionId, slug, step, attempt, error, since, retry } = work;
  const again = useCommand(() => operatorApi.retry(sessionId, step));
  return (
    <li className="py-2.5">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 text-small">
          <p>
            <span className="font-medium">{stepName(step)}</span>
            <span className="text-ink-2">
              {' '}
              of{' '}
              <Link
                href={`/audit/${sessionId}?step=${step}`}
                className="font-mono text-[0.75rem] text-alive underline underline-offset-2"
              >
                {slug}
              </Link>
            </span>
          </p>
          <p className="text-pretty wrap-anywhere text-ink-2">{error.message}</p>
          <p className="text-ink-3">
            {error.code} · attempt {attempt} · given up {ago(since, now)}
          </p>
        </div>
        {retry.by === 'operator' ? (
          <Button
            small
            aria-label={`Retry ${stepName(step)} of ${slug}`}
            disabled={again.busy}
            aria-busy={again.busy}
            onClick={() => void again.run()}
          >
            Retry
          </Button>
        ) : null}
      </div>
      {retry.by === 'owner' ? (
        <p className="mt-1 text-small text-pretty text-ink-3">
          What it had is lost at its provider. Made anew it would be empty, which is for its owner to ask.
        </p>
      ) : null}
      {again.problem === undefined ? null : <Notice className="mt-2">{again.problem}</Notice>}
    </li>
  );
};

/** What was given up on until somebody asks for it again. */
export const ParkedCard = ({ ops, className }: { readonly ops: OpsView; readonly className?: string }) => {
  const now = useNow(30_000);
  const { parked, parkedTotal } = ops;
  return (
    <Card
      id="parked"
      title="Parked work"
      about="Steps given up on after the last attempt."
      className={className ?? ''}
    >
      {parked.length === 0 ? (
        <Nothing>Nothing is parked: every step succeeded, or is still being tried.</Nothing>
      ) : (
        <ul className="-my-2.5 max-h-80 divide-y divide-line overflow-y-auto">
          {parked.map((work) => (
            <Parked key={`${work.sessionId} ${work.step}`} work={work} now={now} />
          ))}
        </ul>
      )}
      {parkedTotal > parked.length ? (
        <p className="mt-2 text-small text-ink-3">
          {parkedTotal - parked.length} more; those that wait longest are shown.
        </p>
      ) : null}
    </Card>
  );
};
