import type { BuildStatus, ProjectionStatus } from '../../../../projections/status.ts';
import { Notice } from '../../ui/notice.tsx';
import { duration } from '../../ui/time.ts';
import { ofLog } from './numbers.ts';

const words = (
  { state, done, total, eventsPerSecond: rate, secondsLeft, resumedAt }: BuildStatus,
  unit: ProjectionStatus['unit'],
): string => {
  const said = (amount: number): string => ofLog(amount, unit);
  if (state === 'waiting') return 'Waiting for another rebuild to end.';
  return [
    `${said(done)} of ${said(total)}${unit === undefined ? ' events' : ''}`,
    rate === 0 ? '' : `${said(rate)} a second`,
    secondsLeft === undefined ? '' : `${duration(secondsLeft * 1_000)} left`,
    resumedAt === 0 ? '' : `taken up at ${said(resumedAt)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

/** How far a rebuild has come: of the log done, rate, time left. */
export const ProgressBar = ({
  of: { name, unit },
  building,
}: {
  readonly of: Pick<ProjectionStatus, 'name' | 'unit'>;
  readonly building: BuildStatus;
}) => {
  if (building.state === 'refused') {
    return (
      <Notice className="mt-2">
        {building.reason ?? 'The rebuild was refused. The log of the server says why.'}
      </Notice>
    );
  }
  const { done, total, table } = building;
  const part = total === 0 ? 0 : done / total;
  return (
    <div className="mt-2 rounded-lg bg-canvas px-3 py-2">
      <div className="mb-1.5 flex flex-wrap justify-between gap-x-4 text-small tabular">
        <span>
          Building <span className="font-mono text-[0.75rem]">{table}</span>
        </span>
        <span className="text-ink-2">{words(building, unit)}</span>
      </div>
      <div
        role="progressbar"
        aria-label={`Rebuild of ${name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(part * 100)}
        aria-valuetext={words(building, unit)}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <span
          className="block h-full origin-left rounded-full bg-alive transition-transform"
          style={{ transform: `scaleX(${part})` }}
        />
      </div>
    </div>
  );
};
