import type { ServiceName } from '../../domain/services.ts';
import type { AppErrorSource, Usage } from '../../domain/session/events.ts';
import type { StepError, StepName } from '../../domain/steps.ts';
import { asSessionEvent, type KnownSessionEvent } from '../known-event.ts';
import type { PublicEvent } from '../live.ts';

const WORDS = 100;

/** One line that says what happened. Also of an event whose words are masked or erased, or whose type is unknown. */
export const summaryOf = (event: PublicEvent): string => {
  try {
    return sentence(asSessionEvent(event)) ?? event.type;
  } catch {
    // Somebody has changed it. An audit is where that has to show, not where it fails.
    return event.type;
  }
};

const SERVICE: Readonly<Record<ServiceName | 'sandbox', string>> = {
  posthog: 'analytics',
  neon: 'database',
  resend: 'mail',
  github: 'repository',
  sandbox: 'sandbox',
};

const STEP: Readonly<Record<StepName, string>> = {
  vm_boot: 'boot of the sandbox',
  acp_init: 'hello to the agent',
  acp_session: "agent's session",
  model_setup: 'choice of the model',
  residential_ip: 'residential address',
  git_setup: 'repository in the sandbox',
  posthog: 'analytics',
  neon: 'database',
  resend: 'mail',
  github: 'repository',
  env_write: 'env file',
  wake: 'wake',
  push: 'push',
  file_save: 'save of a file',
  checkpoint: 'checkpoint of the data',
  history_move: 'move of the code',
  fork_data: 'bringing the data over',
  fork_code: 'bringing the code over',
  sleep: 'sleep',
  release_sandbox: 'release of the sandbox',
  release_posthog: 'release of analytics',
  release_neon: 'release of the database',
  release_resend: 'release of mail',
  release_github: 'release of the repository',
  forget: 'destruction of the key',
};

const APP_ERROR: Readonly<Record<AppErrorSource, string>> = {
  page: 'in the page',
  build: 'in the build',
  server: 'in its server',
  crash: 'its dev server ended',
};

const said = (text: unknown): string => {
  const line = String(text).replace(/\s+/g, ' ').trim();
  return line.length > WORDS ? `${line.slice(0, WORDS - 1)}…` : line;
};
const STARTS = {
  anew: 'started',
  checks: 'taken up at its checks',
  answer: 'taken up while the agent answers',
} as const;

const why = ({ code, message }: StepError): string => `${code}, ${said(message)}`;
const short = (sha: string): string => sha.slice(0, 8);
const named = (step: StepName): string => STEP[step] ?? step;
const count = (many: number, one: string): string => `${many} ${many === 1 ? one : `${one}s`}`;
const gaveUp = (dropped: number): string =>
  dropped === 0 ? '' : `, ${count(dropped, 'older copy')} given up`.replace('copys', 'copies');
const askedFor = ({
  path,
  change,
  to,
}: Extract<KnownSessionEvent, { type: 'FileSaveRequested' }>['data']): string =>
  change === 'rename' && to !== undefined
    ? `Asked to rename ${said(path)} to ${said(to)}`
    : `Asked to ${change ?? 'save'} ${said(path)}`;

const withPictures = (attachments: readonly unknown[] = []): string =>
  attachments.length === 0 ? '' : `, with ${count(attachments.length, 'picture')}`;

const without = (missing: readonly ServiceName[]): string =>
  missing.length === 0 ? '' : `, without ${missing.map((service) => SERVICE[service]).join(', ')}`;

const dollars = (micros: number): string => `$${(micros / 1e6).toFixed(4)}`;
const usage = ({ outcome, error, model, ...used }: Usage): string => {
  if (outcome === 'failed') return `${model} did not answer (${said(error ?? 'no reason')})`;
  if (outcome === 'unknown') return `Nobody knows what a call of ${model} used: its server stopped`;
  const tokens = `${count(used.inputTokens + used.cacheReadTokens + used.cacheWriteTokens, 'token')} in and ${used.outputTokens} out`;
  const cost = used.costMicros === undefined ? '' : `, ${dollars(used.costMicros)}`;
  return `Used ${tokens} of ${model}${cost}${outcome === 'cut' ? ', cut short' : ''}`;
};

const sentence = (event: KnownSessionEvent): string | undefined => {
  switch (event.type) {
    case 'SessionPlanned':
      if (event.data.mode === 'quick') return 'Planned for a visitor, as a quick page';
      return event.data.purpose === 'pool' ? 'Planned for the pool' : 'Planned for a visitor';
    case 'SandboxClaimed':
      return event.data.source === 'pool' ? 'Claimed, warm from the pool' : 'Claimed, to be booted';
    case 'LinkIssued':
      return 'One-time link for another browser made';
    case 'OwnerAdded':
      return event.data.linkDigest === undefined ? 'Another owner' : 'Another browser let in by a link';

    case 'SessionForked':
      return `Forked from ${said(event.data.from)} at ${short(event.data.commit)}, ${
        event.data.data === 'kept' ? 'with its data' : 'with an empty database'
      }`;
    case 'DataForked':
      return 'Data of the other app brought over';
    case 'CodeForked':
      return `Code of the other app brought over, ${short(event.data.sha)}`;
    case 'ForkRetryRequested':
      return 'Another attempt asked for: what the fork was to bring';

    case 'StepStarted':
      return `Started: ${named(event.data.step)}, attempt ${event.data.attempt}`;
    case 'StepFailed':
      return `Failed: ${named(event.data.step)}, attempt ${event.data.attempt} (${why(event.data.error)})`;
    case 'StepParked':
      return `Given up on: ${named(event.data.step)} after attempt ${event.data.attempt} (${why(event.data.error)})`;
    case 'StepSkipped':
      return `Left out: ${named(event.data.step)} (${said(event.data.reason)})`;

    case 'SandboxBooted':
      return `Sandbox booted, ${event.data.isolation}`;
    case 'AgentInitialized':
      return `Agent ${event.data.agent.name} ${event.data.agent.version} answered`;
    case 'AgentSessionOpened':
      return 'Agent opened its session';
    case 'ModelSelected':
      return `Model ${event.data.model} chosen`;
    case 'ResidentialIpAssigned':
      return 'Residential address assigned';
    case 'RepoInitialized':
      return `Repository begun at ${short(event.data.sha)}`;

    case 'PosthogTagged':
      return `Analytics there, ${event.data.provider}`;
    case 'NeonProvisioned':
      return `Database there, ${event.data.provider}`;
    case 'ResendProvisioned':
      return `Mail there, ${event.data.provider}`;
    case 'GithubProvisioned':
      return `Repository there, ${event.data.provider}`;
    case 'ServiceRetryRequested':
      return `Another attempt asked for: ${SERVICE[event.data.service]}`;
    case 'ResourceMissing':
      return `No longer at its provider: ${SERVICE[event.data.service]}`;

    case 'ServiceReleaseRequested':
      return `Release asked for: ${SERVICE[event.data.service]}`;

    case 'VariableRevealed':
      return `Value of ${said(event.data.name)} shown to its owner`;
    case 'VariableReplaced':
      return event.data.by === 'own'
        ? `${said(event.data.name)} replaced with the owner's own value`
        : `${said(event.data.name)} put back to the value of its service`;
    case 'EnvWritten':
      return `Env file written, version ${event.data.version} with ${count(event.data.names.length, 'variable')}`;
    case 'SessionReady':
      return `Ready${without(event.data.missing)}`;

    case 'TurnSubmitted':
      return `Asked${withPictures(event.data.attachments)}: ${said(event.data.prompt)}`;
    case 'TurnStarted':
      return `Turn ${STARTS[event.data.resumes ?? 'anew']}, attempt ${event.data.attempt}`;
    case 'TurnLeaseRenewed':
      return event.data.leaseMs === 0
        ? 'Its server stops: whoever comes first goes on with the turn'
        : 'Turn still under way';
    case 'AgentSaid':
      return `${event.data.kind === 'thought' ? 'Agent thought' : 'Agent said'}: ${said(event.data.text)}`;
    case 'ToolCalled':
      return `Tool called, ${said(event.data.kind)}: ${said(event.data.title)}`;
    case 'ToolReturned':
      return `Tool returned, ${event.data.status}`;
    case 'ModelRequested':
      return `Asked for model ${event.data.model}`;
    case 'ModelChanged':
      return `Model ${event.data.model} from now on`;
    case 'ModelCallStarted':
      return `Called ${event.data.model}, at most ${dollars(event.data.reservedMicros)}`;
    case 'UsageRecorded':
      return usage(event.data);
    case 'BudgetExhausted':
      return event.data.scope === 'session'
        ? `The session's budget of ${dollars(event.data.budgetMicros)} is used up`
        : `The day's budget of ${dollars(event.data.budgetMicros)} is used up`;
    case 'BudgetSet':
      return `The session may spend ${dollars(event.data.budgetMicros)}`;
    case 'TurnCommitted':
      return `Committed ${short(event.data.sha)}: ${said(event.data.title)}`;
    case 'MailRequested':
      return `Mail of the app: ${count(event.data.mails, 'mail')} to ${event.data.recipients}`;
    case 'MailSent':
      return `Mail taken by its service (${count(event.data.ids.length, 'mail')})`;
    case 'MailRefused':
      return `Mail refused (${why(event.data.error)})`;
    case 'MailVerificationRequested':
      return 'Code sent to an address';
    case 'MailVerificationFailed':
      return 'Wrong code entered';
    case 'MailAddressVerified':
      return 'Address verified for mail';
    case 'TurnVerified':
      return `Checked: ${event.data.checks.map(({ kind, outcome }) => `${kind} ${outcome}`).join(', ')}`;
    case 'CorrectionRequested':
      return `Agent told what the checks found, time ${event.data.correction}`;
    case 'TurnFinished':
      return `Turn finished, ${said(event.data.stopReason)}`;
    case 'TurnFailed':
      return `Turn failed (${why(event.data.error)})`;
    case 'TurnCancelRequested':
      return 'Stop asked for';
    case 'TurnCancelled':
      return 'Turn stopped';
    case 'CommitPushed':
      return `Pushed ${short(event.data.sha)}`;
    case 'UpgradeRequested':
      return 'Full app asked for';
    case 'UpgradeFailed':
      return `Full app not set up, the page stays (${why(event.data.error)})`;
    case 'CheckpointTaken':
      return `Data kept as it is at ${short(event.data.sha)}${gaveUp(event.data.dropped.length)}`;

    case 'FileSaveRequested':
      return askedFor(event.data);
    case 'FileSaved':
      return `Saved ${short(event.data.sha)}: ${said(event.data.title)}`;
    case 'FileSaveRefused':
      return `Not saved (${why(event.data.error)})`;
    case 'DataChangeRequested':
      return event.data.via === 'sql'
        ? `Ran SQL on the app's data: ${said(event.data.statement ?? '')}`
        : `Asked to ${event.data.via} a row by hand: ${said(event.data.table ?? '')}`;
    case 'AppErrorSeen':
      return `Error of the app, ${APP_ERROR[event.data.source] ?? 'elsewhere'}: ${said(event.data.message)}`;
    case 'AppUsed':
      return 'The app is in use';

    case 'HistoryMoveRequested':
      return `Asked to ${event.data.kind} to ${short(event.data.to)}${event.data.restore === undefined ? '' : ', data restored'}`;
    case 'HistoryMoved':
      return event.data.data === 'restored'
        ? `Code and data moved to ${short(event.data.to)} by ${event.data.kind}`
        : `Code moved to ${short(event.data.to)} by ${event.data.kind}`;

    case 'SandboxSlept':
      return `Sandbox asleep (${said(event.data.reason)})`;
    case 'WakeRequested':
      return `Wake asked for (${said(event.data.reason)})`;
    case 'SandboxWoken':
      return `Sandbox awake at ${short(event.data.sha)}`;
    case 'SandboxLost':
      return `Sandbox lost (${said(event.data.reason)})`;
    case 'SandboxDiscarded':
      return `Discarded (${said(event.data.reason)})`;
    case 'RenewalRequested':
      return `Sandbox to be made anew (${said(event.data.reason)})`;

    case 'CloseRequested':
      return `Close asked for (${said(event.data.reason)})`;
    case 'ResourceReleased':
      return `Released: ${SERVICE[event.data.service]}`;
    case 'ReleaseRetryRequested':
      return `Another attempt of releases asked for (${said(event.data.reason)})`;
    case 'SessionClosed':
      return 'Closed, everything released';
    case 'SessionForgotten':
      return 'Forgotten: the key is destroyed';
    default:
      return unknown(event);
  }
};

/** Compiles only while every event above is told; one of another release is told by its type. */
const unknown = (_event: never): undefined => undefined;
