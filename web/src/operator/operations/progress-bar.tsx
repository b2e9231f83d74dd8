import type { BuildStatus } from '../../../../projections/status.ts';
import { Notice } from '../../ui/notice.tsx';
import { duration } from '../../ui/time.ts';
import { count } from './numbers.ts';

const words = ({ state, done, total, eventsPerSecond, secondsLeft, resumedAt }: BuildStatus): string => {
  if (state === 'waiting') return 'Waiting for another rebuild to end.';
  return [
    `${count(done)} of ${count(total)} events`,
    eventsPerSecond === 0 ? '' : `${count(eventsPerSecond)} a second`,
    secondsLeft === undefined ? '' : `${duration(secondsLeft * 1_000)} left`,
    resumedAt === 0 ? '' : `taken up at ${count(resumedAt)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
};

/** How far a rebuild has come: events done, rate, time left. */
export const ProgressBar = ({
  name,
  building,
}: {
  readonly name: string;
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
        <span className="text-ink-2">{words(building)}</span>
      </div>
      <div
        role="progressbar"
        aria-label={`Rebuild of ${name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(part * 100)}
        aria-valuetext={words(building)}
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
