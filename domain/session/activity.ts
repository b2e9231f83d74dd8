import type { Instant } from '../envelope.ts';
import { withStep } from './changes.ts';
import type { SessionEvent, SessionEventType } from './events.ts';
import { type SessionState, stepOf } from './state.ts';

/** Events by which a session is in use: somebody did something, or something was done for them. */
const ACTIVITY: ReadonlySet<SessionEventType> = new Set([
  'SessionPlanned',
  'SandboxClaimed',
  'OwnerAdded',
  'ForkRetryRequested',
  'SessionReady',
  'ServiceRetryRequested',
  'TurnSubmitted',
  'UpgradeRequested',
  'TurnCancelRequested',
  'TurnFinished',
  'TurnFailed',
  'TurnCancelled',
  'HistoryMoveRequested',
  'HistoryMoved',
  'FileSaveRequested',
  'FileSaved',
  'VariableReplaced',
  'ServiceReleaseRequested',
  'DataChangeRequested',
  'WakeRequested',
  'SandboxWoken',
]);

export const isActivity = ({ type }: SessionEvent): boolean => ACTIVITY.has(type);

/** Events by which an owner makes something of a session without a word to its agent. */
const BY_HAND: ReadonlySet<SessionEventType> = new Set([
  'FileSaveRequested',
  'VariableReplaced',
  'DataChangeRequested',
  'UpgradeRequested',
]);

export const isByHand = ({ type }: SessionEvent): boolean => BY_HAND.has(type);

/** Whatever kept it from sleeping before may be over when it is idle the next time. */
export const inUse = (state: SessionState, at: Instant): SessionState => {
  const used = { ...state, lastActivityAt: at };
  return stepOf(used, 'sleep').status === 'parked' ? withStep(used, 'sleep', { status: 'waiting' }) : used;
};
