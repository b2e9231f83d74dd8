import type { Instant } from '../../domain/envelope.ts';
import type { Provided } from '../../domain/janitor/events.ts';
import { resourceName, type ServiceName } from '../../domain/services.ts';
import { isRelease, isService, type StepError, type StepName } from '../../domain/steps.ts';
import { asSessionEvent, type KnownSessionEvent } from '../known-event.ts';
import { type Projection, sessionKey } from '../projection.ts';

/**
 * `requested`: asked for, so it may exist, whatever was answered · `live` · `missing`: its provider no longer has it ·
 * `releasing` · `stuck`: its release was given up on and waits for an operator · `released`: its provider has confirmed.
 */
export type LedgerState = 'requested' | 'live' | 'missing' | 'releasing' | 'stuck' | 'released';

export type LedgerEntry = {
  readonly service: Provided;
  /** As providers list it. */
  readonly name: string;
  readonly state: LedgerState;
  readonly since: Instant;
  readonly provider?: string;
  readonly resourceId?: string;
  /** Copies of what is in it, which its release takes along. */
  readonly copies?: readonly string[];
  /** Why the last attempt to make or to release it failed. */
  readonly error?: StepError;
};

/** Everything one session has, or had, at the providers. */
export type SessionLedger = {
  readonly sessionId: string;
  readonly slug: string;
  readonly entries: Readonly<Partial<Record<Provided, LedgerEntry>>>;
};

export const resourceLedger: Projection<SessionLedger> = {
  name: 'resource_ledger',
  version: 2,
  ignores: new Set([
    ...[
      'TurnSubmitted',
      'TurnStarted',
      'AgentSaid',
      'ToolCalled',
      'ToolReturned',
      'ModelCallStarted',
      'UsageRecorded',
    ],
    ...['TurnCommitted', 'TurnFinished', 'TurnFailed'],
  ]),
  keyOf: sessionKey,
  evolve: (ledger, published) => {
    const event = asSessionEvent(published);
    if (event.type === 'SessionPlanned') {
      const { sessionId, slug } = event.data;
      return { sessionId, slug, entries: {} };
    }
    return ledger === undefined ? undefined : evolve(ledger, event);
  },
  indexes: ({ entries }) => {
    const all = Object.values(entries);
    return {
      resource: all.map(({ service, name }) => `${service}|${name}`),
      state: [...new Set(all.map(({ state }) => state))],
    };
  },
};

const evolve = (ledger: SessionLedger, event: KnownSessionEvent): SessionLedger => {
  switch (event.type) {
    case 'StepStarted':
      return stepStarted(ledger, event.data.step, event.at);
    case 'StepFailed':
      return changed(ledger, concernedBy(event.data.step), { error: event.data.error });
    case 'StepParked': {
      const { step, error } = event.data;
      const stuck = isRelease(step) ? ({ state: 'stuck', since: event.at } as const) : {};
      return changed(ledger, concernedBy(step), { ...stuck, error });
    }
    case 'StepSkipped':
      return without(ledger, concernedBy(event.data.step));
    case 'SandboxBooted': {
      const { sandbox, host } = event.data;
      return entered(ledger, 'sandbox', 'live', event.at, { resourceId: sandbox, provider: host });
    }
    case 'SandboxWoken':
      return entered(ledger, 'sandbox', 'live', event.at);
    case 'SandboxLost':
      return entered(ledger, 'sandbox', 'missing', event.at);
    case 'PosthogTagged':
    case 'NeonProvisioned':
    case 'ResendProvisioned':
    case 'GithubProvisioned': {
      const { resourceId, provider } = event.data;
      return entered(ledger, PROVISIONED[event.type], 'live', event.at, { resourceId, provider });
    }
    case 'CheckpointTaken': {
      const { checkpointId, dropped } = event.data;
      const before = (ledger.entries.neon?.copies ?? []).filter((id) => !dropped.includes(id));
      return changed(ledger, 'neon', { copies: [...new Set([...before, checkpointId])] });
    }
    case 'ResourceMissing':
      return withoutCopies(entered(ledger, event.data.service, 'missing', event.at), event.data.service);
    case 'ResourceReleased':
      return withoutCopies(entered(ledger, event.data.service, 'released', event.at), event.data.service);
    case 'ReleaseRetryRequested':
      return Object.values(ledger.entries)
        .filter(({ state }) => state === 'stuck')
        .reduce((before, { service }) => entered(before, service, 'releasing', event.at), ledger);
    default:
      return ledger;
  }
};

const PROVISIONED = {
  PosthogTagged: 'posthog',
  NeonProvisioned: 'neon',
  ResendProvisioned: 'resend',
  GithubProvisioned: 'github',
} as const satisfies Record<string, ServiceName>;

/** The resource a step makes or releases, if it is one of those. */
const concernedBy = (step: StepName): Provided | undefined => {
  if (step === 'vm_boot') return 'sandbox';
  if (isService(step)) return step;
  return isRelease(step) && step !== 'forget' ? (step.slice('release_'.length) as Provided) : undefined;
};

const stepStarted = (ledger: SessionLedger, step: StepName, at: Instant): SessionLedger => {
  const service = concernedBy(step);
  if (service === undefined) return ledger;
  // What was never asked for does not exist; giving it back is only to be certain.
  if (isRelease(step) && ledger.entries[service] === undefined) return ledger;
  return entered(ledger, service, isRelease(step) ? 'releasing' : 'requested', at);
};

/** The resource is in another state; what was known of it stays, but for why it failed before. */
const entered = (
  ledger: SessionLedger,
  service: Provided,
  state: LedgerState,
  since: Instant,
  known: Pick<LedgerEntry, 'provider' | 'resourceId'> = {},
): SessionLedger => {
  const before = ledger.entries[service];
  if (before === undefined && state === 'released') return ledger;
  const { error: _over, ...rest } = before ?? { service, name: resourceName(ledger.slug) };
  return withEntry(ledger, { ...rest, ...known, state, since });
};

const changed = (
  ledger: SessionLedger,
  service: Provided | undefined,
  change: Partial<LedgerEntry>,
): SessionLedger => {
  const before = service === undefined ? undefined : ledger.entries[service];
  return before === undefined ? ledger : withEntry(ledger, { ...before, ...change });
};

const withEntry = (ledger: SessionLedger, entry: LedgerEntry): SessionLedger => ({
  ...ledger,
  entries: { ...ledger.entries, [entry.service]: entry },
});

const withoutCopies = (ledger: SessionLedger, service: Provided): SessionLedger => {
  const before = ledger.entries[service];
  if (before?.copies === undefined) return ledger;
  const { copies: _gone, ...entry } = before;
  return withEntry(ledger, entry);
};

const without = (ledger: SessionLedger, service: Provided | undefined): SessionLedger => {
  if (service === undefined) return ledger;
  const { [service]: _none, ...entries } = ledger.entries;
  return { ...ledger, entries };
};
