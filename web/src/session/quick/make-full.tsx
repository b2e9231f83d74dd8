import type { SessionView } from '../../../../projections/views.ts';
import { Button } from '../../ui/button.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

const FAILED = 'The full app could not be set up, and the page is as it was. Try again in a minute.';

/** The one next action of a quick page, with why it cannot be taken now, or failed. */
export const MakeFull = ({
  view,
  look = 'outline',
}: {
  readonly view: SessionView;
  readonly look?: 'outline' | 'solid';
}) => {
  const api = useSessionApi();
  const upgrade = useCommand(api.upgrade);
  const isUnderWay = upgrade.busy || view.mode === 'upgrading';
  const isWorking =
    view.runningTurn !== undefined || view.queuedTurns > 0 || view.history.moving !== undefined;
  // Why is in the events: in the words of a machine, which nobody here can do anything about.
  const failed = view.mode === 'quick' && view.upgradeError !== undefined ? FAILED : undefined;
  const problem = upgrade.problem ?? failed;
  return (
    <div>
      <Button
        look={look}
        small={look === 'outline'}
        disabled={isUnderWay || isWorking}
        aria-busy={isUnderWay}
        title={isWorking ? 'When the page is written' : undefined}
        onClick={() => void upgrade.run()}
      >
        {isUnderWay ? 'Setting up the full app' : 'Make it a full app'}
      </Button>
      {problem === undefined || isUnderWay ? null : (
        <p role="alert" className="mt-2 text-small text-pretty text-bad">
          {problem}
        </p>
      )}
    </div>
  );
};

/** Where a full app has its boot: what this is, and what it could become. */
export const QuickCard = ({ view }: { readonly view: SessionView }) => (
  <section aria-label="Quick page" className="rounded-xl border border-line bg-surface p-4 text-small">
    <h2 className="font-medium">A quick page</h2>
    <p className="mt-0.5 mb-3 text-pretty text-ink-2">
      One HTML file, without a backend: what is entered stays in the browser it was entered in.
    </p>
    <MakeFull view={view} />
  </section>
);

/** In a panel that a page without a backend leaves empty. */
export const NoBackend = ({ view }: { readonly view: SessionView }) => (
  <div className="mx-auto max-w-md p-8 text-center">
    <h2 className="text-lg font-semibold tracking-tight">A quick page has no backend</h2>
    <p className="mt-1.5 mb-4 text-small text-pretty text-ink-2">
      A full app has a Postgres database, mail, analytics and a repository of its own. Its history begins with
      this page, and it is built from all you have asked for.
    </p>
    <div className="flex justify-center">
      <MakeFull view={view} look="solid" />
    </div>
  </div>
);
