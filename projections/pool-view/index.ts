import { SERVICES, type ServiceName } from '../../domain/services.ts';
import { BOOT_STEPS, isService } from '../../domain/steps.ts';
import { asPoolEvent, asSessionEvent } from '../known-event.ts';
import type { FeedEvent } from '../ports.ts';
import type { Projection } from '../projection.ts';
import { sessionKey } from '../projection.ts';
import type { PartState, PoolEntryView, PoolView } from '../views.ts';

type Part = 'sandbox' | ServiceName;

type Entry = PoolEntryView & {
  readonly specHash: string;
  readonly parts: Readonly<Record<Part, PartState>>;
};

/** All pools in one document: they are few, and small. */
export type Pools = {
  readonly entries: Readonly<Record<string, Entry>>;
  /** Target by spec, where an operator has set one. */
  readonly targets: Readonly<Record<string, number>>;
  readonly claims: { readonly pool: number; readonly cold: number };
  /** Quick pages that are planned and not claimed yet: their claim wants nothing of a pool. */
  readonly pages?: readonly string[];
};

const KEY = 'pools';
const NO_POOLS: Pools = { entries: {}, targets: {}, claims: { pool: 0, cold: 0 } };

const STARTING: Readonly<Record<Part, PartState>> = {
  sandbox: 'starting',
  posthog: 'starting',
  neon: 'starting',
  resend: 'starting',
  github: 'starting',
};

const ON_DEMAND: Readonly<Record<Part, PartState>> = {
  sandbox: 'on_demand',
  posthog: 'on_demand',
  neon: 'on_demand',
  resend: 'on_demand',
  github: 'on_demand',
};

const PROVISIONED: Readonly<Record<string, ServiceName>> = {
  PosthogTagged: 'posthog',
  NeonProvisioned: 'neon',
  ResendProvisioned: 'resend',
  GithubProvisioned: 'github',
};

const HANDLED = new Set([
  ...['SessionPlanned', 'SandboxClaimed', 'SessionReady', 'SandboxSlept', 'SandboxLost', 'SandboxWoken'],
  ...[
    'SandboxDiscarded',
    'RenewalRequested',
    'CloseRequested',
    'StepFailed',
    'StepParked',
    'StepSkipped',
    'StepStarted',
  ],
  ...['SandboxBooted', 'EnvWritten', ...Object.keys(PROVISIONED)],
  ...['PoolTargetSet', 'PoolDrained'],
]);

export const poolView: Projection<Pools> = {
  name: 'pool_view',
  version: 2,
  keyOf: (event) => (HANDLED.has(event.type) ? KEY : undefined),
  evolve: (pools = NO_POOLS, event) => {
    const sessionId = sessionKey(event);
    return sessionId === undefined ? evolvePool(pools, event) : evolveEntry(pools, sessionId, event);
  },
  indexes: () => ({}),
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
};

const evolvePool = (pools: Pools, published: FeedEvent): Pools => {
  const specHash = published.stream.slice('pool-'.length);
  const event = asPoolEvent(published);
  switch (event.type) {
    case 'PoolTargetSet':
      return { ...pools, targets: { ...pools.targets, [specHash]: event.data.target } };
    case 'PoolDrained':
      return { ...pools, targets: { ...pools.targets, [specHash]: 0 } };
    default:
      return pools;
  }
};

const evolveEntry = (pools: Pools, sessionId: string, published: FeedEvent): Pools => {
  const event = asSessionEvent(published);
  if (event.type === 'SessionPlanned') {
    if (event.data.mode === 'quick') return { ...pools, pages: [...(pools.pages ?? []), sessionId] };
    if (event.data.purpose !== 'pool') return pools;
    const { specHash } = event.data;
    const entry: Entry = {
      sessionId,
      specHash,
      state: 'booting',
      plannedAt: event.at,
      missing: [],
      parts: STARTING,
    };
    return { ...pools, entries: { ...pools.entries, [sessionId]: entry } };
  }
  if (event.type === 'SandboxClaimed') {
    if (pools.pages?.includes(sessionId))
      return { ...pools, pages: pools.pages.filter((page) => page !== sessionId) };
    const { source } = event.data;
    const claims = { ...pools.claims, [source]: pools.claims[source] + 1 };
    return { ...without(pools, sessionId), claims };
  }
  const entry = pools.entries[sessionId];
  if (entry === undefined) return pools;
  if (event.type === 'SandboxDiscarded' || event.type === 'CloseRequested') return without(pools, sessionId);
  const after = entryAfter(entry, event);
  return after === entry ? pools : { ...pools, entries: { ...pools.entries, [sessionId]: after } };
};

const entryAfter = (entry: Entry, event: ReturnType<typeof asSessionEvent>): Entry => {
  const service = PROVISIONED[event.type];
  if (service !== undefined) return withPart(entry, service, 'warm');
  switch (event.type) {
    case 'SandboxBooted':
    case 'SandboxWoken':
      return {
        ...withPart(entry, 'sandbox', 'warm'),
        state: entry.readyAt === undefined ? 'booting' : 'ready',
      };
    case 'SandboxSlept':
    case 'SandboxLost':
      return { ...withPart(entry, 'sandbox', 'starting'), state: 'booting' };
    case 'RenewalRequested':
      return renewed(entry, event.data.specHash);
    case 'StepStarted':
      return isPart(event.data.step) ? withPart(entry, event.data.step, 'starting') : entry;
    case 'StepFailed':
    case 'StepParked': {
      const { step } = event.data;
      if (isPart(step)) return withPart(entry, step, 'failed');
      return SANDBOX_LEG.has(step) ? withPart(entry, 'sandbox', 'failed') : entry;
    }
    case 'StepSkipped':
      return isPart(event.data.step) ? withPart(entry, event.data.step, 'off') : entry;
    case 'EnvWritten':
      return { ...entry, missing: SERVICES.filter((name) => !event.data.services.includes(name)) };
    case 'SessionReady':
      return {
        ...withPart(entry, 'sandbox', 'warm'),
        state: 'ready',
        readyAt: event.at,
        missing: event.data.missing,
      };
    default:
      return entry;
  }
};

/** It stands in the pool of that spec now, and its sandbox is made anew. */
const renewed = ({ readyAt: _before, ...entry }: Entry, specHash: string): Entry => ({
  ...withPart(entry, 'sandbox', 'starting'),
  specHash,
  state: 'booting',
});

/** Steps without which a sandbox does not serve; a push that fails takes nothing from it. */
const SANDBOX_LEG = new Set<string>([
  ...BOOT_STEPS.filter((step) => !isService(step) && step !== 'residential_ip'),
  'wake',
]);

const isPart = (step: string): step is ServiceName => (SERVICES as readonly string[]).includes(step);

const withPart = (entry: Entry, part: Part, state: PartState): Entry =>
  entry.parts[part] === state ? entry : { ...entry, parts: { ...entry.parts, [part]: state } };

const without = (pools: Pools, sessionId: string): Pools => {
  const { [sessionId]: _gone, ...entries } = pools.entries;
  return { ...pools, entries };
};

/** The pool of one spec as the API shows it. What stands ready is said per part, by the entry that is furthest. */
export const renderPool = (pools: Pools | undefined, specHash: string, defaultTarget: number): PoolView => {
  const entries = Object.values(pools?.entries ?? {}).filter((entry) => entry.specHash === specHash);
  const furthest = entries.find(({ state }) => state === 'ready') ?? entries[0];
  const target = pools?.targets[specHash] ?? defaultTarget;
  return {
    specHash,
    target,
    entries: entries.map(({ specHash: _spec, parts: _parts, ...entry }) => entry),
    claims: pools?.claims ?? { pool: 0, cold: 0 },
    parts: furthest?.parts ?? (target === 0 ? ON_DEMAND : STARTING),
  };
};
