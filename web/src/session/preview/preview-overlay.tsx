import { type ReactNode, useEffect, useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { Link } from '../../routing/link.tsx';
import { Button } from '../../ui/button.tsx';
import { currentStep, STEP_DOING } from '../boot/steps.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import type { PreviewState } from './preview-state.ts';

const State = ({
  title,
  children,
  action,
  busy = false,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly busy?: boolean;
}) => (
  <div role="status" aria-busy={busy} className="absolute inset-0 grid place-items-center bg-surface p-6">
    <div className="max-w-sm text-center">
      {busy ? (
        <div aria-hidden="true" className="mx-auto mb-5 h-0.5 w-16 overflow-hidden rounded-full bg-sunken">
          <div className="h-full w-full animate-breathe bg-wait" />
        </div>
      ) : null}
      <h2 className="text-lg font-semibold tracking-tight text-balance">{title}</h2>
      <div className="mt-1.5 text-small text-pretty text-ink-2">{children}</div>
      {action === undefined ? null : <div className="mt-4 flex justify-center">{action}</div>}
    </div>
  </div>
);

const Asleep = ({ lost, trouble }: { readonly lost: boolean; readonly trouble: string | undefined }) => {
  const api = useSessionApi();
  const wake = useCommand(api.wake);
  const problem = wake.problem ?? trouble;
  return (
    <State
      title={lost ? 'The sandbox was lost' : 'Your app is asleep'}
      action={
        <Button look="solid" disabled={wake.busy} aria-busy={wake.busy} onClick={() => void wake.run()}>
          {lost ? 'Rebuild' : 'Wake'}
        </Button>
      }
    >
      {lost
        ? 'Its data and every pushed commit are safe. Rebuilding starts a new sandbox from the last one.'
        : 'It rests while nobody uses it. Waking takes a few seconds; code and data are as you left them.'}
      {problem === undefined ? null : (
        <p role="alert" className="mt-2 text-bad">
          {problem}
        </p>
      )}
    </State>
  );
};

const PATIENCE_MS = 8_000;

const Loading = ({ onReload }: { readonly onReload: () => void }) => {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const id = setTimeout(() => setSlow(true), PATIENCE_MS);
    return () => clearTimeout(id);
  }, []);
  return slow ? (
    <State
      busy
      title="Your app takes longer than usual"
      action={<Button onClick={onReload}>Reload the preview</Button>}
    >
      Its development server has not answered yet.
    </State>
  ) : (
    <State busy title="Loading your app">
      Its development server answers in a moment.
    </State>
  );
};

/** Stands over the preview for as long as there is no app to see, says why, and offers the one thing to do. */
export const PreviewOverlay = ({
  state,
  view,
  loaded,
  onReload,
}: {
  readonly state: PreviewState;
  readonly view: SessionView | undefined;
  readonly loaded: boolean;
  readonly onReload: () => void;
}) => {
  const step = view === undefined ? undefined : currentStep(view);
  switch (state) {
    case 'unknown':
      return (
        <State busy title="Opening your session">
          Reading what happened so far.
        </State>
      );
    case 'booting':
      return (
        <State busy title="Your app’s home is being set up">
          {step === undefined ? 'Almost there.' : `${STEP_DOING[step.step]}.`} It appears here as soon as it
          runs.
        </State>
      );
    case 'asleep':
    case 'lost':
      return <Asleep lost={state === 'lost'} trouble={view?.trouble?.message} />;
    case 'waking':
      return (
        <State busy title="Waking up">
          The sandbox comes back with your code, your data and its credentials.
        </State>
      );
    case 'closing':
      return (
        <State busy title="Being deleted">
          The sandbox, the database, the mail key and the repository are being erased.
        </State>
      );
    case 'closed':
      return (
        <State
          title="This app was deleted"
          action={
            <Link href="/" className="text-small font-medium text-alive underline underline-offset-2">
              Start a new app
            </Link>
          }
        >
          Nothing of it is left.
        </State>
      );
    default:
      return loaded ? null : <Loading onReload={onReload} />;
  }
};
