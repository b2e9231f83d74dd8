import { ChevronDown } from 'lucide-react';
import type { SessionView } from '../../../../projections/views.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import { ago, duration, useNow } from '../../ui/time.ts';
import { currentStep, STEP_DOING, STEP_NAMES, troubleOf, waterfall } from './steps.ts';
import { WaterfallList } from './waterfall.tsx';

const Ready = ({ view }: { readonly view: SessionView }) => {
  const { totalMs } = waterfall(view, Date.now());
  const early =
    view.source === 'pool' && view.readyAt !== undefined && view.claimedAt !== undefined
      ? view.readyAt <= view.claimedAt
      : false;
  const without = view.missing.map((service) => STEP_NAMES[service].toLowerCase()).join(' and ');
  const but = without === '' ? null : <span className="text-bad"> · without {without}</span>;
  if (!early) {
    return (
      <>
        Ready in {duration(totalMs)}
        {but}
      </>
    );
  }
  return (
    <>
      Stood ready before you came
      <span className="text-ink-3"> · booted {ago(view.plannedAt, Date.now())}</span>
      {but}
    </>
  );
};

const Booting = ({ view }: { readonly view: SessionView }) => {
  const now = useNow(100);
  const picture = waterfall(view, now);
  const current = currentStep(view);
  const trouble = troubleOf(view);
  const done = view.checklist.filter(({ status }) => status === 'done' || status === 'skipped').length;
  return (
    <section
      aria-label="Starting your app’s sandbox and backend"
      className="rounded-xl border border-line bg-surface p-4"
    >
      <div className="mb-2.5 flex items-baseline justify-between gap-3">
        <h2 className="font-medium">{current === undefined ? 'Starting' : STEP_DOING[current.step]}</h2>
        <p className="text-small text-ink-3 tabular">
          {done} of {view.checklist.length} · {duration(picture.totalMs)}
        </p>
      </div>
      <WaterfallList waterfall={picture} />
      {trouble === undefined ? null : (
        <p role="alert" className="mt-2.5 text-small text-pretty text-bad">
          {trouble}
        </p>
      )}
    </section>
  );
};

/** What the boot is doing, step by step; once the session is ready, one line that opens again. */
export const BootCard = ({ view }: { readonly view: SessionView }) => {
  if (view.readyAt === undefined) return <Booting view={view} />;
  return (
    <details className="group animate-arrive">
      <summary className="inline-flex h-7 items-center gap-2 rounded-full border border-line bg-surface pr-2.5 pl-3 text-small text-ink-2 hover:border-line-strong">
        <StatusDot tone={view.missing.length === 0 ? 'alive' : 'bad'} />
        <span>
          <Ready view={view} />
        </span>
        <ChevronDown
          aria-hidden="true"
          className="size-3.5 text-ink-3 transition-transform group-open:rotate-180"
        />
      </summary>
      <div className="mt-2 rounded-xl border border-line bg-surface p-4">
        <WaterfallList waterfall={waterfall(view, Date.parse(view.readyAt))} />
      </div>
    </details>
  );
};
