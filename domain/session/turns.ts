import type { Instant } from '../envelope.ts';
import { notWorthKeeping, withTurn, worthKeeping } from './changes.ts';
import type { SessionEvent, SessionEventOf } from './events.ts';
import { runningTurn, type SessionState, type TurnState } from './state.ts';

export const submitted = ({ turnId, fixes }: SessionEventOf<'TurnSubmitted'>['data']): TurnState => ({
  turnId,
  status: 'queued',
  attempt: 0,
  corrections: 0,
  ...(fixes === undefined ? {} : { fixes }),
});

/** What an attempt before it had committed and is no longer there is begun anew. */
export const turnStarted = (
  state: SessionState,
  data: SessionEventOf<'TurnStarted'>['data'],
  at: Instant,
): SessionState => {
  const { turnId, attemptId, attempt, deadline, runner, leaseMs, resumes } = data;
  const promptId = resumes === undefined ? attemptId : data.promptId;
  return withTurn(
    notWorthKeeping(state),
    turnId,
    ({ commit, lease: _before, promptId: _asked, ...turn }) => ({
      ...turn,
      ...(resumes === undefined || commit === undefined ? {} : { commit }),
      ...(leaseMs === undefined ? {} : { lease: { ms: leaseMs, heardAt: at } }),
      ...(promptId === undefined ? {} : { promptId }),
      status: turn.status === 'cancelling' ? 'cancelling' : 'running',
      attempt,
      attemptId,
      deadline,
      runner,
    }),
  );
};

export const turnCommitted = (
  state: SessionState,
  { turnId, sha, parent }: SessionEventOf<'TurnCommitted'>['data'],
): SessionState =>
  withTurn(state, turnId, ({ promptId: _answered, ...turn }) => ({ ...turn, commit: { sha, base: parent } }));

export const correctionRequested = (
  state: SessionState,
  { turnId, attemptId, correction }: SessionEventOf<'CorrectionRequested'>['data'],
): SessionState =>
  withTurn(state, turnId, (turn) => ({
    ...turn,
    corrections: turn.corrections + 1,
    promptId: correctionPromptId(attemptId, correction),
  }));

export const correctionPromptId = (attemptId: string, correction: number): string =>
  `${attemptId}.${correction}`;

export const leaseRenewed = (
  state: SessionState,
  { turnId, leaseMs }: SessionEventOf<'TurnLeaseRenewed'>['data'],
  at: Instant,
): SessionState =>
  withTurn(state, turnId, (turn) => ({
    ...turn,
    lease: { ms: leaseMs, heardAt: at },
    ...(leaseMs === 0 ? { handedOver: (turn.handedOver ?? 0) + 1 } : {}),
  }));

/** Whatever an attempt says of itself is a sign of life. */
export const heard = (state: SessionState, { data }: SessionEvent, at: Instant): SessionState => {
  const attemptId = (data as { readonly attemptId?: string }).attemptId;
  const turn = attemptId === undefined ? undefined : runningTurn(state);
  const lease = turn?.attemptId === attemptId ? turn?.lease : undefined;
  return turn === undefined || lease === undefined || lease.heardAt === at
    ? state
    : withTurn(state, turn.turnId, (one) => ({ ...one, lease: { ...lease, heardAt: at } }));
};

/** One that ran may have changed the data, also where it changed no file. */
export const turnEnded = (
  state: SessionState,
  turnId: string,
  status: 'finished' | 'failed' | 'cancelled',
): SessionState => {
  const ran = state.turns.find((turn) => turn.turnId === turnId)?.attemptId !== undefined;
  const ended = withTurn(state, turnId, ({ lease: _over, promptId: _answered, ...turn }) => ({
    ...turn,
    status,
  }));
  return ran ? worthKeeping(ended, `turn-${turnId}`, 'turn') : ended;
};
