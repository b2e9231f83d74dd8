import { type ReactNode, useState } from 'react';
import type { BuildStatus, ProjectionStatus, TableStatus } from '../../../../projections/status.ts';
import { useCommand } from '../../session/use-command.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DialogActions } from '../../ui/dialog-actions.tsx';
import { StatusDot, type Tone } from '../../ui/status-dot.tsx';
import { operatorApi } from '../api.ts';
import { Card } from '../card.tsx';
import { ofLog, plural } from './numbers.ts';
import { ProgressBar } from './progress-bar.tsx';
import { keptElsewhere } from './roll-back.ts';

const lag = ({ serving, unit }: ProjectionStatus): readonly [Tone, string] => {
  if (serving === undefined) return ['wait', 'not built yet'];
  if (!serving.followed) return ['off', 'of another release'];
  return serving.behind === 0 ? ['alive', 'up to date'] : ['wait', `${ofLog(serving.behind, unit)} behind`];
};

const isBuilding = (building: BuildStatus | undefined): boolean =>
  building !== undefined && building.state !== 'refused';

const Table = ({ table }: { readonly table: Pick<TableStatus, 'table' | 'version'> | undefined }) =>
  table === undefined ? (
    <span className="text-ink-3">none</span>
  ) : (
    <span className="font-mono text-[0.75rem]">{table.table}</span>
  );

type Told = {
  /** How a projection stands after what was asked. */
  readonly onStatus: (status: ProjectionStatus) => void;
};

/** Both change what everybody reads, so both say so first. */
const ConfirmDialog = ({
  projection,
  wish,
  onStatus,
  onClose,
}: Told & {
  readonly projection: ProjectionStatus;
  readonly wish: 'rebuild' | 'roll back';
  readonly onClose: () => void;
}) => {
  const { name, serving, kept } = projection;
  const act = useCommand(async () => {
    onStatus(await (wish === 'rebuild' ? operatorApi.rebuild(name) : operatorApi.rollBack(name)));
    onClose();
  });
  const title = wish === 'rebuild' ? `Rebuild ${name}?` : `Roll ${name} back?`;
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="mt-2 text-pretty text-ink-2">
        {wish === 'rebuild'
          ? `It is made again from every event of the log, in a table beside ${serving?.table ?? 'the one that serves'}. Readers stay where they are until one transaction switches them over; the table that serves now is kept to go back to.`
          : `Readers go back to ${kept?.table ?? 'the table before'} once it has caught up, and ${serving?.table ?? 'the present one'} is kept. It serves until the next rebuild.`}
      </p>
      <DialogActions command={act} leave="Leave it" onLeave={onClose}>
        {wish === 'rebuild' ? 'Rebuild' : 'Roll back'}
      </DialogActions>
    </Dialog>
  );
};

/** A column at a wide card; where there is less room, a line with its name in front. */
const Cell = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="min-w-0 @max-3xl:flex @max-3xl:gap-2">
    <dt className="text-ink-3 @max-3xl:w-16 @max-3xl:shrink-0 @3xl:sr-only">{name}</dt>
    <dd className="min-w-0 truncate">{children}</dd>
  </div>
);

const COLUMNS = 'grid-cols-[11rem_minmax(0,1fr)_9.5rem] gap-x-4 @3xl:grid';
const FACTS = 'grid-cols-[7rem_9rem_minmax(0,1fr)_minmax(0,1fr)] gap-x-4 @3xl:grid';

const Item = ({ projection, onStatus }: Told & { readonly projection: ProjectionStatus }) => {
  const [wish, setWish] = useState<'rebuild' | 'roll back'>();
  const { name, version, serving, kept, building, pinned, unknownEvents } = projection;
  const [tone, word] = lag(projection);
  const elsewhere = keptElsewhere(projection);
  const unknown = Object.values(unknownEvents).reduce((sum, amount) => sum + amount, 0);
  return (
    <li className="py-2 text-small">
      <div className={cx('items-center', COLUMNS)}>
        <h3 className="font-mono text-[0.75rem] leading-6 font-medium">{name}</h3>
        <dl className={FACTS}>
          <Cell name="Version">
            v{serving?.version ?? version}
            {serving !== undefined && serving.version !== version ? (
              <span className="text-wait"> of v{version}</span>
            ) : null}
            {pinned ? <span className="text-wait"> held back</span> : null}
          </Cell>
          <Cell name="Lag">
            <span className="inline-flex items-center gap-2 tabular">
              <StatusDot tone={tone} />
              {word}
            </span>
          </Cell>
          <Cell name="Serving">
            <Table table={serving} />
          </Cell>
          <Cell name="Kept">
            <Table table={kept} />
          </Cell>
        </dl>
        <div className="flex gap-1.5 @max-3xl:mt-2 @3xl:justify-end">
          <Button
            small
            aria-label={`Rebuild ${name}`}
            disabled={isBuilding(building)}
            onClick={() => setWish('rebuild')}
          >
            Rebuild
          </Button>
          <Button
            small
            aria-label={`Roll back ${name}`}
            disabled={kept === undefined || elsewhere !== undefined || isBuilding(building)}
            onClick={() => setWish('roll back')}
          >
            Roll back
          </Button>
        </div>
      </div>
      {elsewhere === undefined ? null : <p className="mt-1 text-pretty text-ink-2">{elsewhere}</p>}
      {unknown === 0 ? null : (
        <p className="mt-1 text-bad">
          {plural(unknown, 'event')} of types this release does not know passed over since it started.
        </p>
      )}
      {building === undefined ? null : <ProgressBar of={projection} building={building} />}
      {wish === undefined ? null : (
        <ConfirmDialog
          projection={projection}
          wish={wish}
          onStatus={onStatus}
          onClose={() => setWish(undefined)}
        />
      )}
    </li>
  );
};

/** The read side: what serves, how far behind, what is kept to go back to, and what is being rebuilt. */
export const ProjectionsCard = ({
  projections,
  onStatus,
  className,
}: Told & {
  readonly projections: readonly ProjectionStatus[];
  readonly className?: string;
}) => (
  <Card
    id="projections"
    title="Projections"
    about="Folded from the log; each can be made again from it while it serves."
    className={className ?? ''}
  >
    <div
      aria-hidden="true"
      className={cx('hidden border-b border-line pb-1.5 text-small text-ink-3', COLUMNS)}
    >
      <span>Projection</span>
      <div className={cx('hidden', FACTS)}>
        <span>Version</span>
        <span>Lag</span>
        <span>Serving</span>
        <span>Kept</span>
      </div>
    </div>
    <ul className="-mb-2 divide-y divide-line">
      {projections.map((projection) => (
        <Item key={projection.name} projection={projection} onStatus={onStatus} />
      ))}
    </ul>
  </Card>
);
