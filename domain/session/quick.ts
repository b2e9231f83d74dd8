import type { Instant } from '../envelope.ts';
import { done, unparkedForUse, withStep } from './changes.ts';
import type { SessionEventOf } from './events.ts';
import { QUICK_ROOT, treeAt } from './history.ts';
import { isDone, noSession, type SessionState } from './state.ts';

/** What makes a quick page of a session, and a full app of that. */

export const planned = (
  { mode, ...plan }: SessionEventOf<'SessionPlanned'>['data'],
  at: Instant,
): SessionState => {
  const session: SessionState = { ...noSession, ...plan, status: 'open', plannedAt: at };
  return mode === 'quick' ? { ...session, mode, history: treeAt(QUICK_ROOT) } : session;
};

export const repoInitialized = (
  state: SessionState,
  { sha, parent }: SessionEventOf<'RepoInitialized'>['data'],
  at: Instant,
): SessionState => {
  if (state.mode === 'full') return done({ ...state, history: treeAt(sha) }, 'git_setup', at);
  // Of an upgrade that was given up on: the page may be another by now.
  return state.mode === 'upgrading' && parent === state.history?.at
    ? done({ ...state, upgrade: { ...state.upgrade, sha } }, 'git_setup', at)
    : withStep(state, 'git_setup', { status: 'waiting' });
};

export const ready = (
  { upgrade: _over, ...state }: SessionState,
  { sha }: SessionEventOf<'SessionReady'>['data'],
  at: Instant,
): SessionState => ({
  ...state,
  mode: 'full',
  readyAt: at,
  ...(sha === undefined ? {} : { history: treeAt(sha) }),
});

/** Whatever was given up on is tried again, and what was carried over before may be of another version. */
export const upgradeRequested = (
  state: SessionState,
  { turnId }: SessionEventOf<'UpgradeRequested'>['data'],
): SessionState => {
  const asked: SessionState = {
    ...state,
    mode: 'upgrading',
    upgrade: turnId === undefined ? {} : { turnId },
    sandbox: state.sandbox.status === 'awake' ? state.sandbox : { status: 'starting', wakeRequested: false },
  };
  const again = unparkedForUse(asked);
  return isDone(again, 'git_setup') ? withStep(again, 'git_setup', { status: 'waiting' }) : again;
};

export const upgradeFailed = (
  { upgrade: _over, ...state }: SessionState,
  { error }: SessionEventOf<'UpgradeFailed'>['data'],
): SessionState => ({ ...state, mode: 'quick', lastError: error });
