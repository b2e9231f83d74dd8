import { CircleCheck, Hourglass, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import type { OpsReport } from '../../../../projections/views.ts';
import { OperatorPage } from '../page.tsx';
import { useOperations } from '../use-operations.ts';
import { attention, isUncounted } from './attention.ts';
import { ClaimsCard } from './claims-card.tsx';
import { LatenciesCard } from './latencies-card.tsx';
import { LinkWords } from './link-words.tsx';
import { OrphansCard } from './orphans-card.tsx';
import { ParkedCard } from './parked-card.tsx';
import { PoolCard } from './pool-card.tsx';
import { ProcessCard } from './process-card.tsx';
import { ProjectionsCard } from './projections-card.tsx';
import { ProvidersCard } from './providers-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

const isWhole = (report: Partial<OpsReport>): report is OpsReport =>
  report.ops !== undefined && report.pool !== undefined && report.projections !== undefined;

/** Where zero is no figure: nobody is to read it as one. */
const Uncounted = () => (
  <p role="status" className="flex min-h-9 items-center gap-2 text-small">
    <Hourglass aria-hidden="true" className="size-4 shrink-0 text-wait" />
    <span className="text-pretty">
      What is counted here is being made from the log, and is not known until then.{' '}
      <a href="#projections" className="underline underline-offset-2">
        How far that is
      </a>
    </span>
  </p>
);

/** What needs somebody comes first; where nothing does, that is said as well. */
const Attention = ({ report }: { readonly report: Partial<OpsReport> }) => {
  const tasks = attention(report);
  if (tasks.length === 0 && isUncounted(report)) return null;
  return tasks.length === 0 ? (
    <p className="flex min-h-9 items-center gap-2 text-small text-ink-2">
      <CircleCheck aria-hidden="true" className="size-4 text-alive" />
      Nothing needs you.
    </p>
  ) : (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 text-small">
      <span className="flex items-center gap-2 font-medium">
        <TriangleAlert aria-hidden="true" className="size-4 text-bad" />
        Needs you
      </span>
      <ul className="flex flex-wrap gap-1.5">
        {tasks.map(({ what, where }) => (
          <li key={what}>
            <a
              href={`#${where}`}
              className="inline-flex h-7 items-center rounded-full bg-bad-soft px-3 text-ink underline-offset-2 hover:underline"
            >
              {what}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
};

/** The whole installation on one page, live. */
export const OperationsScreen = ({ onSignedOut }: { readonly onSignedOut: () => void }) => {
  const { operations, told } = useOperations(onSignedOut);
  const { report, samples } = operations;
  useEffect(() => {
    document.title = 'Operations · mk0r';
  }, []);
  return (
    <OperatorPage
      current="/operations"
      onSignedOut={onSignedOut}
      state={<LinkWords operations={operations} />}
    >
      <main className="mx-auto w-full max-w-[90rem] flex-1 px-4 pt-3 pb-8 sm:px-6">
        <h1 className="sr-only">Operations</h1>
        {isWhole(report) ? (
          <>
            {isUncounted(report) ? <Uncounted /> : null}
            <Attention report={report} />
            <div className="mt-2 grid grid-cols-1 gap-3 md:grid-cols-2 xl:grid-cols-12">
              <PoolCard pool={report.pool} className="xl:col-span-5" />
              <SessionsCard ops={report.ops} className="xl:col-span-4" />
              <ClaimsCard ops={report.ops} className="md:col-span-2 xl:col-span-3" />
              <LatenciesCard ops={report.ops} className="md:col-span-2 xl:col-span-7 xl:row-span-2" />
              <ParkedCard ops={report.ops} className="xl:col-span-5" />
              <ProvidersCard ops={report.ops} className="xl:col-span-5" />
              <ProjectionsCard
                projections={report.projections}
                onStatus={told}
                className="md:col-span-2 xl:col-span-12"
              />
              <OrphansCard counts={report.orphans} className="xl:col-span-5" />
              <ProcessCard process={report.process} samples={samples} className="xl:col-span-7" />
            </div>
          </>
        ) : (
          <p role="status" className="py-24 text-center text-small text-ink-2">
            {operations.link.attempt === 0
              ? 'Asking the server how it is.'
              : 'The server cannot be reached. It is tried again until it answers.'}
          </p>
        )}
      </main>
    </OperatorPage>
  );
};
