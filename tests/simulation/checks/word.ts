import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import { MAX_CORRECTIONS } from '../../../domain/session/decide/turns.ts';
import type { SessionEvent } from '../../../domain/session/events.ts';
import type { StepName } from '../../../domain/steps.ts';
import { MAIL } from '../world/server.ts';

type Attempt = {
  readonly attemptId: string;
  readonly attempt: number;
  readonly deadline: string;
  readonly runner: string;
};
type Turn = {
  status: 'queued' | 'running' | 'over';
  attempt?: Attempt;
  /** What it committed last is checked: `undefined` where nothing is committed, or not yet. */
  passed?: boolean | undefined;
  hasCommitted?: boolean;
  corrections: number;
  /** What the agent was given last. */
  promptId?: string;
  leaseMs?: number | undefined;
  heardAt?: string;
  handedOver: number;
};

const OUTCOMES: Readonly<Record<string, StepName>> = {
  SandboxBooted: 'vm_boot',
  AgentInitialized: 'acp_init',
  AgentSessionOpened: 'acp_session',
  ModelSelected: 'model_setup',
  ResidentialIpAssigned: 'residential_ip',
  RepoInitialized: 'git_setup',
  PosthogTagged: 'posthog',
  NeonProvisioned: 'neon',
  ResendProvisioned: 'resend',
  GithubProvisioned: 'github',
  EnvWritten: 'env_write',
  CommitPushed: 'push',
  FileSaved: 'file_save',
  FileSaveRefused: 'file_save',
  HistoryMoved: 'history_move',
  DataForked: 'fork_data',
  CodeForked: 'fork_code',
  SandboxWoken: 'wake',
};

/** What is gone with a sandbox that went away before its session was ready. */
const IN_THE_SANDBOX: readonly StepName[] = [
  'vm_boot',
  'acp_init',
  'acp_session',
  'model_setup',
  'residential_ip',
  'git_setup',
  'env_write',
];
/** All that is ever due for a quick page: `sleep` of what an attempt at a full app has left running. */
const FOR_A_PAGE: ReadonlySet<StepName> = new Set(['history_move', 'sleep']);
const TO_RELEASE = 5;
const MAX_TURN_ATTEMPTS = 2;

/**
 * Whether a session's stream is a word of its language: a second telling of the rules, on purpose not made of the
 * deciders. Answers the first revision that breaks one, and which.
 */
export const brokenRule = (
  events: readonly StoredEvent[],
  { exclusive }: { readonly exclusive: boolean },
): string | undefined => {
  let status: 'absent' | 'open' | 'closing' | 'closed' | 'forgotten' = 'absent';
  let isClaimed = false;
  let isReady = false;
  let isAwake = false;
  let mode: 'full' | 'quick' | 'upgrading' = 'full';
  /** A page that never was on its way to more has nothing to be given back. */
  let ownsNothing = false;
  let version = 0;
  const released = new Set<string>();
  const givenBack = new Set<string>();
  let saving: string | undefined;
  /** In a sandbox that stands elsewhere, the code of a fork comes over anew. */
  let hasWoken = false;
  let fork: 'none' | 'coming' | 'there' | 'given up' = 'none';
  const running = new Map<StepName, Attempt>();
  const seen = new Set<string>();
  const turns = new Map<string, Turn>();
  /** The day of each request of mail, and those whose outcome is known. */
  const mails = new Map<string, string>();
  const settled = new Set<string>();
  /** Calls of the model that have begun and not ended. */
  const calls = new Set<string>();

  const fresh = ({ attemptId }: Attempt): boolean => {
    if (seen.has(attemptId)) return false;
    seen.add(attemptId);
    return true;
  };

  const mayTakeOver = (before: Attempt | undefined, next: Attempt, at: string): boolean =>
    before === undefined || before.deadline <= at || (exclusive && before.runner !== next.runner);

  const ends = (step: StepName, attemptId?: string): string | undefined => {
    const attempt = running.get(step);
    if (attempt === undefined) return `${step} ends, and was not running`;
    if (attemptId !== undefined && attempt.attemptId !== attemptId)
      return `${step} ends for an attempt that was taken over`;
    running.delete(step);
    return undefined;
  };

  const ofTurn = (turnId: string, attemptId?: string): string | undefined => {
    const turn = turns.get(turnId);
    if (turn?.status !== 'running') return 'a turn goes on that is not running';
    return attemptId === undefined || turn.attempt?.attemptId === attemptId
      ? undefined
      : 'an attempt of a turn goes on that was taken over';
  };

  const goesOn = (
    { turnId, attemptId }: { turnId: string; attemptId: string },
    at: string,
  ): string | undefined => {
    const turn = turns.get(turnId);
    if (turn !== undefined) turn.heardAt = at;
    return status === 'closed' ? 'a turn goes on after the session was closed' : ofTurn(turnId, attemptId);
  };

  const hasLapsed = ({ leaseMs, heardAt }: Turn, at: string): boolean =>
    leaseMs !== undefined && heardAt !== undefined && Date.parse(heardAt) + leaseMs <= Date.parse(at);

  const over = (turnId: string): string | undefined => {
    const turn = turns.get(turnId);
    if (turn === undefined || turn.status === 'over') return 'a turn ends that is not there, or twice';
    turn.status = 'over';
    return undefined;
  };

  const down = (): undefined => {
    isAwake = false;
    running.delete('wake');
    running.delete('sleep');
    if (!isReady) for (const step of IN_THE_SANDBOX) running.delete(step);
    return undefined;
  };

  const rule = (event: SessionEvent, at: string): string | undefined => {
    if (status === 'forgotten') return 'something follows the end';
    if (status === 'absent' && event.type !== 'SessionPlanned') return 'something precedes the plan';
    const step = OUTCOMES[event.type];
    if (step !== undefined) {
      if (status === 'closed') return 'something is made after the session was closed';
      if (released.has(step === 'vm_boot' || step === 'wake' ? 'sandbox' : step))
        return 'something is made after it was released';
      const { attemptId } = event.data as { readonly attemptId: string };
      const broken = ends(step, attemptId);
      if (broken !== undefined) return broken;
    }
    switch (event.type) {
      case 'SessionPlanned':
        if (status !== 'absent') return 'planned twice';
        status = 'open';
        mode = event.data.mode ?? 'full';
        ownsNothing = mode === 'quick';
        return undefined;
      case 'UpgradeRequested':
        if (mode !== 'quick' || status !== 'open') return 'what is no quick page becomes a full app';
        if ([...turns.values()].some(({ status: is }) => is !== 'over'))
          return 'a page is left while it is written';
        mode = 'upgrading';
        ownsNothing = false;
        return undefined;
      case 'UpgradeFailed':
        if (mode !== 'upgrading') return 'nobody asked for the full app that could not be had';
        mode = 'quick';
        return undefined;
      case 'SandboxClaimed':
        if (isClaimed || status !== 'open') return 'claimed twice, or after its end';
        isClaimed = true;
        return undefined;
      case 'StepStarted': {
        const { step: started, ...attempt } = event.data;
        if (!fresh(attempt)) return 'an attempt id is used twice';
        if (!mayTakeOver(running.get(started), attempt, at) && !(started === 'fork_code' && hasWoken))
          return `two attempts of ${started} at once`;
        if (started === 'fork_code') hasWoken = false;
        const isEnd = started === 'forget' || started.startsWith('release_');
        const isGivenBack = status === 'open' && givenBack.has(started.replace('release_', ''));
        if (!(isEnd && isGivenBack) && isEnd !== (status !== 'open'))
          return `${started} is started in a session that is ${status}`;
        if (mode === 'quick' && status === 'open' && !FOR_A_PAGE.has(started))
          return `${started} is started for a quick page`;
        if ((started === 'forget') !== (status === 'closed')) return `${started} when it is ${status}`;
        running.set(started, attempt);
        return undefined;
      }
      case 'StepFailed':
        return ends(event.data.step, event.data.attemptId);
      case 'StepParked':
      case 'StepSkipped':
        if (event.data.step === 'file_save') saving = undefined;
        if (event.data.step === 'fork_code') fork = 'given up';
        return ends(event.data.step);
      case 'SandboxBooted':
      case 'SandboxWoken':
        isAwake = true;
        hasWoken = event.type === 'SandboxWoken';
        return undefined;
      case 'SandboxSlept':
      case 'SandboxLost':
        return down();
      case 'RenewalRequested':
        if (status !== 'open' || isClaimed || !isReady)
          return 'made anew while it is somebody’s, or not ready';
        if (running.size > 0) return 'made anew while something is under way in it';
        isReady = false;
        isAwake = false;
        return undefined;
      case 'EnvWritten':
        version += 1;
        return event.data.version === version ? undefined : 'a version of the env file is missing';
      case 'SessionReady':
        if (isReady || status !== 'open') return 'ready twice, or after its end';
        if (mode === 'quick') return 'a quick page is ready without having been asked to be more';
        mode = 'full';
        isReady = true;
        return undefined;
      case 'TurnSubmitted':
        if (status !== 'open' || turns.has(event.data.turnId))
          return 'a turn is submitted twice, or too late';
        turns.set(event.data.turnId, { status: 'queued', corrections: 0, handedOver: 0 });
        return undefined;
      case 'TurnStarted': {
        const { turnId, ...attempt } = event.data;
        const turn = turns.get(turnId);
        if (status !== 'open' || !(mode === 'quick' || (isReady && isAwake)))
          return 'a turn is started where none can run';
        if (saving !== undefined) return 'a turn is started while a file is saved';
        if (fork === 'coming') return 'a turn is started before the code of the fork is there';
        if (turn === undefined || turn.status === 'over') return 'a turn is started that is not waiting';
        if ([...turns.values()].some((other) => other !== turn && other.status === 'running'))
          return 'two turns at once';
        if (!(mayTakeOver(turn.attempt, attempt, at) || hasLapsed(turn, at)) || !fresh(attempt))
          return 'two attempts of a turn at once';
        if (attempt.attempt !== (turn.attempt?.attempt ?? 0) + 1) return 'attempts of a turn are miscounted';
        if (attempt.attempt - turn.handedOver > MAX_TURN_ATTEMPTS)
          return 'a turn is attempted once too often';
        turn.status = 'running';
        if (attempt.resumes === undefined) Object.assign(turn, { hasCommitted: false, passed: undefined });
        else if (attempt.resumes === 'checks' && turn.hasCommitted !== true)
          return 'checks are gone on with of what was never committed';
        else if (attempt.resumes === 'answer' && attempt.promptId !== turn.promptId)
          return 'an answer is listened to that nobody asked for last';
        if (attempt.resumes !== 'answer') turn.promptId = attempt.attemptId;
        turn.attempt = attempt;
        turn.heardAt = at;
        turn.leaseMs = attempt.leaseMs;
        return undefined;
      }
      case 'TurnLeaseRenewed': {
        const turn = turns.get(event.data.turnId);
        const broken = goesOn(event.data, at);
        if (turn === undefined || broken !== undefined) return broken;
        if (exclusive) return 'a lease where nobody else could take over';
        turn.leaseMs = event.data.leaseMs;
        if (event.data.leaseMs === 0) turn.handedOver += 1;
        return undefined;
      }
      case 'AgentSaid':
      case 'ToolCalled':
      case 'ToolReturned':
        return goesOn(event.data, at);
      case 'TurnCommitted': {
        const turn = turns.get(event.data.turnId);
        if (turn !== undefined) Object.assign(turn, { hasCommitted: true, passed: undefined });
        return goesOn(event.data, at);
      }
      case 'TurnVerified': {
        const turn = turns.get(event.data.turnId);
        if (turn !== undefined) turn.passed = event.data.passed;
        return goesOn(event.data, at);
      }
      case 'CorrectionRequested': {
        const turn = turns.get(event.data.turnId);
        if (turn?.passed !== false) return 'a correction of what was not found wrong';
        turn.corrections += 1;
        turn.promptId = `${event.data.attemptId}.${event.data.correction}`;
        if (event.data.correction !== turn.corrections || turn.corrections > MAX_CORRECTIONS)
          return 'corrections of a turn are miscounted';
        return goesOn(event.data, at);
      }
      case 'UsageRecorded':
        if (event.data.callId !== undefined)
          return calls.delete(event.data.callId) ? undefined : 'a call is recorded that is not under way';
        return event.data.turnId === undefined ? undefined : ofTurn(event.data.turnId);
      case 'ModelCallStarted':
        if (status !== 'open' || calls.has(event.data.callId)) return 'a call is started twice, or too late';
        calls.add(event.data.callId);
        return undefined;
      case 'ModelChanged':
        return ofTurn(event.data.turnId, event.data.attemptId);
      case 'TurnCancelRequested':
        return ofTurn(event.data.turnId);
      case 'TurnFinished':
        if (turns.get(event.data.turnId)?.hasCommitted && turns.get(event.data.turnId)?.passed !== true)
          return 'a turn is finished whose changes were not checked, or did not pass';
        return ofTurn(event.data.turnId, event.data.attemptId) ?? over(event.data.turnId);
      case 'TurnFailed':
      case 'TurnCancelled':
        return status === 'closed' ? 'a turn ends after its session' : over(event.data.turnId);
      case 'MailRequested':
        if (status !== 'open' || mails.has(event.data.sendId))
          return 'mail is sent too late, or counted twice';
        mails.set(event.data.sendId, at.slice(0, 10));
        return [...mails.values()].filter((day) => day === at.slice(0, 10)).length > MAIL.perDay
          ? 'more mail is sent than a day has'
          : undefined;
      case 'MailSent':
      case 'MailRefused':
        if (!mails.has(event.data.sendId) || settled.has(event.data.sendId))
          return 'mail has an outcome that was never sent, or two';
        settled.add(event.data.sendId);
        return undefined;
      case 'CloseRequested':
        if (status !== 'open') return 'closed twice';
        status = 'closing';
        return undefined;
      case 'ResourceReleased':
        if (status !== 'closing' && !givenBack.delete(event.data.service))
          return 'something is released of a session that is not being closed, and nobody asked for it';
        // Given back early, it may be asked for again, and is then released once more at the end.
        if (status === 'closing') released.add(event.data.service);
        return ends(`release_${event.data.service}`, event.data.attemptId);
      case 'SessionClosed':
        if (status !== 'closing' || released.size !== (ownsNothing ? 0 : TO_RELEASE))
          return 'closed before all was released';
        status = 'closed';
        return undefined;
      case 'SessionForgotten':
        if (status !== 'closed') return 'forgotten before it was closed';
        status = 'forgotten';
        return ends('forget');
      case 'CheckpointTaken': {
        const { reason, attemptId } = event.data;
        if (status !== 'open' && status !== 'closing') return 'data is kept after the session was closed';
        if (reason === 'start' || reason === 'turn') return ends('checkpoint', attemptId);
        return running.get(reason === 'move' ? 'history_move' : 'fork_data')?.attemptId === attemptId
          ? undefined
          : 'data gives way to other data without a move or a fork';
      }
      case 'ServiceReleaseRequested':
        if (status !== 'open') return 'something is given back by a session that is over';
        givenBack.add(event.data.service);
        return undefined;
      case 'SessionForked':
        if (!isClaimed || fork !== 'none' || turns.size > 0) return 'forked twice, or too late';
        fork = 'coming';
        return undefined;
      case 'DataForked':
        return fork === 'none' || [...turns.values()].some(({ attempt }) => attempt !== undefined)
          ? 'data of another session takes the place of what a turn has made'
          : undefined;
      case 'CodeForked':
        if (fork === 'none') return 'code comes over that nobody has forked';
        fork = 'there';
        return undefined;
      case 'ForkRetryRequested':
        if (fork === 'given up') fork = 'coming';
        return status === 'open' && fork !== 'none' ? undefined : 'a fork is tried again that is none';
      case 'FileSaveRequested':
        if (fork === 'coming') return 'a file is saved before the code of the fork is there';
        if (saving !== undefined) return 'two saves at once';
        if ([...turns.values()].some(({ status: is }) => is === 'running')) return 'a save while a turn runs';
        saving = event.data.saveId;
        return status === 'open' ? undefined : 'a save in a session that is over';
      case 'FileSaved':
      case 'FileSaveRefused':
        if (saving !== event.data.saveId) return 'a save ends that was not asked for';
        saving = undefined;
        return undefined;
      case 'VariableReplaced':
      case 'VariableRevealed':
      case 'DataChangeRequested':
      case 'ServiceRetryRequested':
      case 'ResourceMissing':
      case 'HistoryMoveRequested':
      case 'WakeRequested':
      case 'LinkIssued':
      case 'AppErrorSeen':
      case 'AppUsed':
      case 'OwnerAdded':
      case 'ModelRequested':
      case 'BudgetSet':
      case 'BudgetExhausted':
        return status === 'open' ? undefined : `${event.type} in a session that is ${status}`;
      default:
        return undefined;
    }
  };

  for (const stored of events) {
    const event = stored as unknown as SessionEvent;
    const broken = rule(event, stored.metadata.at);
    if (broken !== undefined) return `revision ${stored.revision}, ${stored.type}: ${broken}`;
  }
  return undefined;
};
