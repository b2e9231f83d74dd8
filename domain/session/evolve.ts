import type { Instant } from '../envelope.ts';
import { inUse, isActivity, isByHand } from './activity.ts';
import {
  checkpointed,
  codeForked,
  databaseProvisioned,
  done,
  forkRetried,
  givenBack,
  givingBack,
  isOrWillBeDown,
  missing,
  notWorthKeeping,
  provisioned,
  sandboxGone,
  standingAt,
  unparked,
  unparkedForUse,
  withoutSave,
  withSandbox,
  withStep,
  withTurn,
  worthKeeping,
  worthPushing,
  worthWriting,
} from './changes.ts';
import type { SessionEvent, SessionEventOf } from './events.ts';
import { committed, moved } from './history.ts';
import { evolveMail } from './mail.ts';
import { planned, ready, repoInitialized, upgradeFailed, upgradeRequested } from './quick.ts';
import { renewed } from './renewal.ts';
import { evolveSpending } from './spending.ts';
import { isGoingToSleep, type SessionState } from './state.ts';
import { evolveStep } from './steps.ts';
import {
  correctionRequested,
  heard,
  leaseRenewed,
  submitted,
  turnCommitted,
  turnEnded,
  turnStarted,
} from './turns.ts';

/** The state after one more event. Total: a recorded event is a fact, so nothing here refuses or throws. */
export const evolve = (state: SessionState, event: SessionEvent, at: Instant): SessionState => {
  const next = heard(after(state, event, at), event, at);
  const touched: SessionState = isByHand(event) ? { ...next, byHand: true } : next;
  return isActivity(event) ? inUse(touched, at) : touched;
};

const told = ({ modelTold: _before, ...state }: SessionState, model: string | undefined): SessionState =>
  model === undefined ? state : { ...state, modelTold: model };

const after = (state: SessionState, event: SessionEvent, at: Instant): SessionState => {
  switch (event.type) {
    case 'SessionPlanned':
      return planned(event.data, at);
    case 'SandboxClaimed': {
      const { source, owner, keyDigest } = event.data;
      return { ...state, claim: { source, keyDigest, at }, owners: [owner] };
    }
    case 'SessionForked': {
      const { from, slug, commit, data, checkpointId } = event.data;
      const fork = { from, slug, commit, data, ...(checkpointId === undefined ? {} : { checkpointId }) };
      return { ...state, fork };
    }
    case 'DataForked':
      return done(state, 'fork_data', at);
    case 'CodeForked':
      return codeForked(state, event.data.sha, at);
    case 'ForkRetryRequested':
      return forkRetried(state);
    case 'LinkIssued':
      return { ...state, links: [...state.links, event.data] };
    case 'OwnerAdded':
      return ownerAdded(state, event.data);

    case 'StepStarted':
    case 'StepFailed':
    case 'StepParked':
    case 'StepSkipped':
      return evolveStep(state, event, at);

    case 'SandboxBooted':
      return done(
        withSandbox(replaced(state), { status: 'awake', runner: event.data.runner }),
        'vm_boot',
        at,
      );
    case 'AgentInitialized':
      return done(state, 'acp_init', at);
    case 'AgentSessionOpened':
      return done(withSandbox(state, { agentSessionId: event.data.agentSessionId }), 'acp_session', at);
    case 'ModelSelected':
      return done({ ...state, modelTold: event.data.model }, 'model_setup', at);
    case 'ModelChanged':
      return { ...state, modelTold: event.data.model };
    case 'ModelRequested':
      return { ...state, model: event.data.model };
    case 'ResidentialIpAssigned':
      return done(state, 'residential_ip', at);
    case 'RepoInitialized':
      return repoInitialized(state, event.data, at);

    case 'PosthogTagged':
      return provisioned(state, 'posthog', event.data, at);
    case 'NeonProvisioned':
      return databaseProvisioned(state, event.data, at);
    case 'ResendProvisioned':
      return provisioned(state, 'resend', event.data, at);
    case 'GithubProvisioned':
      return provisioned(state, 'github', event.data, at);
    case 'ServiceRetryRequested':
      return withStep(worthWriting(state), event.data.service, { status: 'waiting' });
    case 'ResourceMissing':
      return missing(state, event.data.service, event.data.error, at);
    case 'ServiceReleaseRequested':
      return givingBack(state, event.data.service);

    case 'EnvWritten': {
      const { attemptId: _attempt, ...env } = event.data;
      return done({ ...state, env }, 'env_write', at);
    }
    case 'VariableRevealed':
      return state;
    case 'VariableReplaced': {
      const { name, ...replacement } = event.data;
      return worthWriting({ ...state, replaced: { ...state.replaced, [name]: replacement } });
    }
    case 'SessionReady':
      return worthKeeping(ready(state, event.data, at), 'start', 'start');
    case 'UpgradeRequested':
      return upgradeRequested(state, event.data);
    case 'UpgradeFailed':
      return upgradeFailed(state, event.data);

    case 'TurnSubmitted':
      return {
        ...state,
        turns: [...state.turns, submitted(event.data)],
      };
    case 'TurnStarted':
      return turnStarted(state, event.data, at);
    case 'TurnLeaseRenewed':
      return leaseRenewed(state, event.data, at);
    case 'AgentSaid':
    case 'ToolCalled':
    case 'ToolReturned':
    case 'TurnVerified':
      return state;
    case 'CorrectionRequested':
      return correctionRequested(state, event.data);
    case 'ModelCallStarted':
    case 'UsageRecorded':
    case 'BudgetExhausted':
    case 'BudgetSet':
      return { ...state, spending: evolveSpending(state.spending, event, at) };
    case 'MailRequested':
    case 'MailSent':
    case 'MailRefused':
    case 'MailVerificationRequested':
    case 'MailVerificationFailed':
    case 'MailAddressVerified':
      return { ...state, mail: evolveMail(state.mail, event, at) };
    case 'TurnCommitted': {
      const { sha, parent } = event.data;
      return worthPushing({
        ...turnCommitted(state, event.data),
        history: committed(state.history, sha, parent),
      });
    }
    case 'TurnFinished':
      return turnEnded(state, event.data.turnId, 'finished');
    case 'TurnFailed':
      return turnEnded(state, event.data.turnId, 'failed');
    case 'TurnCancelRequested':
      return withTurn(state, event.data.turnId, (turn) => ({ ...turn, status: 'cancelling' }));
    case 'TurnCancelled':
      return turnEnded(state, event.data.turnId, 'cancelled');
    case 'CommitPushed':
      return done({ ...state, pushed: event.data.sha }, 'push', at);
    case 'CheckpointTaken': {
      const { checkpointId, sha, bytes, reason, dropped } = event.data;
      return checkpointed(state, { checkpointId, sha, at, bytes }, { reason, dropped });
    }

    case 'FileSaveRequested': {
      const { saveId, base, from } = event.data;
      return withStep({ ...state, save: { saveId, base, from } }, 'file_save', { status: 'waiting' });
    }
    case 'FileSaved': {
      const { sha, parent } = event.data;
      const history = committed(state.history, sha, parent);
      const saved = done(worthPushing({ ...withoutSave(state), history }), 'file_save', at);
      return worthKeeping(saved, `save-${event.data.saveId}`, 'turn');
    }
    case 'FileSaveRefused':
      return done(withoutSave(state), 'file_save', at);
    case 'DataChangeRequested':
      return state;
    case 'AppErrorSeen':
      return appErrorSeen(state, event.data);
    case 'AppUsed':
      return { ...state, appUsedAt: at };

    case 'HistoryMoveRequested':
      return state.history === undefined
        ? state
        : {
            ...withStep(state, 'history_move', { status: 'waiting' }),
            history: { ...state.history, move: event.data },
          };
    case 'HistoryMoved':
      return done(
        worthPushing({
          ...notWorthKeeping(state),
          history: moved(state.history, event.data.from, event.data.to),
        }),
        'history_move',
        at,
      );

    case 'SandboxSlept':
      return sandboxGone(isGoingToSleep(state) ? done(state, 'sleep', at) : state, 'asleep');
    case 'SandboxLost':
      return sandboxGone(state, 'lost');
    case 'WakeRequested':
      return withSandbox(unparkedForUse(state), { wakeRequested: isOrWillBeDown(state) });
    case 'SandboxWoken':
      return done(
        withSandbox(standingAt(told(state, event.data.model), event.data.sha), {
          status: 'awake',
          runner: event.data.runner,
          agentSessionId: event.data.agentSessionId,
          wakeRequested: false,
        }),
        'wake',
        at,
      );
    case 'SandboxDiscarded':
      return withSandbox(state, { status: 'gone' });
    case 'RenewalRequested':
      return renewed(state, event.data, at);

    case 'CloseRequested':
      return { ...state, status: 'closing' };
    case 'ResourceReleased':
      return event.data.service !== 'sandbox' && state.status === 'open'
        ? givenBack(state, event.data.service)
        : done(state, `release_${event.data.service}`, at);
    case 'ReleaseRetryRequested':
      return unparked(state);
    case 'SessionClosed':
      return { ...withSandbox(state, { status: 'gone' }), status: 'closed' };
    case 'SessionForgotten':
      return { ...done(state, 'forget', at), status: 'forgotten' };
    default:
      return unknownEvent(state, event);
  }
};

const replaced = ({ sandbox: { replaces: _gone, ...sandbox }, ...state }: SessionState): SessionState => ({
  ...state,
  sandbox,
});

const ownerAdded = (
  state: SessionState,
  { owner, linkDigest }: SessionEventOf<'OwnerAdded'>['data'],
): SessionState => ({
  ...state,
  owners: state.owners.includes(owner) ? state.owners : [...state.owners, owner],
  links: state.links.map((link) => (link.linkDigest === linkDigest ? { ...link, usedBy: owner } : link)),
});

/** Of other code an error says nothing any more: what was seen at another commit is dropped. */
const appErrorSeen = (
  state: SessionState,
  { fingerprint, sha }: SessionEventOf<'AppErrorSeen'>['data'],
): SessionState => ({
  ...state,
  appErrors: [
    ...state.appErrors.filter((known) => known.sha === sha && known.fingerprint !== fingerprint),
    { fingerprint, sha },
  ],
});

/** Compiles only while every event above is handled; an unknown stored type changes nothing. */
const unknownEvent = (state: SessionState, _event: never): SessionState => state;
