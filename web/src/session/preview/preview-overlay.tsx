import { type ReactNode, useEffect, useState } from 'react';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { SessionView } from '../../../../projections/views.ts';
import { Link } from '../../routing/link.tsx';
import { Button } from '../../ui/button.tsx';
import { isGivenUp, openErrors } from '../app-errors/errors.ts';
import { useFix } from '../app-errors/use-fix.ts';
import { currentStep, STEP_DOING } from '../boot/steps.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import type { FrameState, PreviewState } from './preview-state.ts';

/** What stands where an app would be: what is the case, why, and the one thing to do. */
export const State = ({
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

const Asleep = ({ lost, view }: { readonly lost: boolean; readonly view: SessionView | undefined }) => {
  const trouble = view?.trouble?.message;
  // What a lost sandbox is rebuilt from is what had left it.
  const commit = view?.history.commits.findLast(({ pushed }) => pushed)?.sha.slice(0, 7);
  const api = useSessionApi();
  const wake = useCommand(api.wake);
  const problem = wake.problem ?? trouble;
  return (
    <State
      title={lost ? 'The sandbox was lost' : 'Your app is asleep'}
      action={
        <Button look="solid" disabled={wake.busy} aria-busy={wake.busy} onClick={() => void wake.run()}>
          {lost ? `Rebuild${commit === undefined ? '' : ` from ${commit}`}` : 'Wake'}
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

/** The error itself, as far as it is known, and the one thing to do about it. */
const Crashed = ({
  view,
  turns,
  onWrite,
}: Required<Pick<Props, 'turns' | 'onWrite'>> & { view: SessionView }) => {
  const fix = useFix(view, turns);
  const error = openErrors(view).find(({ source }) => source !== 'page');
  const isWorking = view.runningTurn !== undefined || view.queuedTurns > 0;
  if (isWorking) {
    return (
      <State busy title="Your app does not run right now">
        The agent is working on it. It appears here as soon as it runs again.
      </State>
    );
  }
  const isOver = error !== undefined && isGivenUp(error);
  return (
    <State
      title="Your app has crashed"
      action={
        error === undefined || isOver ? (
          <Button look="solid" onClick={() => onWrite('The app does not start any more. ')}>
            Tell the agent
          </Button>
        ) : (
          <Button look="solid" disabled={fix.busy} aria-busy={fix.busy} onClick={() => void fix.run(error)}>
            Fix
          </Button>
        )
      }
    >
      {error === undefined
        ? 'Its development server has not answered for a while, and gave no reason.'
        : isOver
          ? 'Three attempts did not fix it. The conversation says what was tried.'
          : 'Its development server has ended, and is started again without success.'}
      {error === undefined ? null : (
        <span className="mt-3 line-clamp-6 block rounded-lg bg-sunken px-3 py-2 text-left font-mono text-[0.75rem] leading-5 wrap-anywhere">
          {error.message}
        </span>
      )}
      {fix.problem === undefined ? null : (
        <span role="alert" className="mt-2 block text-bad">
          {fix.problem}
        </span>
      )}
    </State>
  );
};

/** A quick page of which nothing is there yet, or nothing any more. */
const Unwritten = ({ view }: { readonly view: SessionView }) =>
  view.runningTurn !== undefined || view.queuedTurns > 0 ? (
    <State busy title="Your page is being written">
      It appears here as it comes.
    </State>
  ) : (
    <State title="Nothing is written yet">Say in the chat what the page should be.</State>
  );

type Props = {
  readonly state: PreviewState | FrameState;
  readonly view: SessionView | undefined;
  readonly turns: readonly TranscriptTurn[];
  readonly onReload: () => void;
  /** Puts text where the visitor writes. */
  readonly onWrite: (text: string) => void;
};

/** Stands over the preview for as long as there is no app to see, says why, and offers the one thing to do. */
export const PreviewOverlay = ({ state, view, turns, onReload, onWrite }: Props) => {
  const step = view === undefined ? undefined : currentStep(view);
  if (view?.mode !== undefined && (state === 'starting' || state === 'crashed' || state === 'loading'))
    return <Unwritten view={view} />;
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
    case 'forking':
      return (
        <State busy title="Bringing the version over">
          Its code and its history come into this app’s own sandbox. It appears here as soon as it runs.
        </State>
      );
    case 'asleep':
    case 'lost':
      return <Asleep lost={state === 'lost'} view={view} />;
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
    case 'starting':
      return (
        <State busy title="Starting your app">
          Its development server is on its way up. It appears here by itself.
        </State>
      );
    case 'crashed':
      return view === undefined ? null : <Crashed view={view} turns={turns} onWrite={onWrite} />;
    case 'unreachable':
      return (
        <State busy title="The server cannot be reached">
          It is tried again until it answers, and your app appears here again. Nothing is lost.
        </State>
      );
    case 'loading':
      return <Loading onReload={onReload} />;
    default:
      return null;
  }
};
