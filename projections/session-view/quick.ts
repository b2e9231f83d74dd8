import type { SessionEventOf } from '../../domain/session/events.ts';
import { QUICK_ROOT } from '../../domain/session/history.ts';
import { RESOURCE_MISSING } from '../../domain/session/state.ts';
import type { ChecklistStep, SessionView } from '../views.ts';
import { initialised, rebased } from './history.ts';
import { done, withStep } from './steps.ts';

/** There at once: nothing is booted for it. */
export const asQuickPage = (view: SessionView): SessionView => ({
  ...view,
  mode: 'quick',
  phase: 'ready',
  sandbox: 'none',
  history: initialised(QUICK_ROOT),
});

/** It boots like any other session; what was given up on the last time is tried again. */
export const upgrading = ({ upgradeError: _over, ...view }: SessionView, at: string): SessionView => {
  const again = view.checklist
    .filter(isTriedAgain)
    .reduce(
      (before, { step }) => withStep(before, step, () => ({ step, status: 'waiting', attempt: 0 })),
      view,
    );
  const sandbox = view.sandbox === 'none' ? 'booting' : view.sandbox;
  // What it takes is counted from here.
  return { ...again, mode: 'upgrading', phase: 'booting', sandbox, plannedAt: at };
};

/** The page in the sandbox may be another one by now. */
const isTriedAgain = ({ step, status, error }: ChecklistStep): boolean =>
  (status === 'parked' && error?.code !== RESOURCE_MISSING) || (step === 'git_setup' && status === 'done');

export const repoInitialised = (
  view: SessionView,
  { sha, parent }: SessionEventOf<'RepoInitialized'>['data'],
  at: string,
): SessionView => {
  if (view.mode === undefined) return done({ ...view, history: initialised(sha) }, 'git_setup', at);
  return view.mode === 'upgrading' && parent === view.history.at
    ? done(view, 'git_setup', at)
    : withStep(view, 'git_setup', ({ step }) => ({ step, status: 'waiting', attempt: 0 }));
};

/** A quick page that has become a full app goes on from a commit of its own. */
export const ready = (
  { mode: _over, ...view }: SessionView,
  { missing, sha }: SessionEventOf<'SessionReady'>['data'],
  at: string,
): SessionView => ({
  ...view,
  phase: 'ready',
  readyAt: at,
  missing,
  ...(sha === undefined ? {} : { history: rebased(view.history, sha) }),
});
