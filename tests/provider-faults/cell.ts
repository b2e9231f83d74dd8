import { randomUUID } from 'node:crypto';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { visitorOf } from '../../commands/testing/visits.ts';
import {
  createTestWorld,
  historyOf,
  startTestServer,
  type TestServer,
  type TestWorld,
} from '../../commands/testing/world.ts';
import type { ServiceName } from '../../domain/services.ts';
import type { StepState } from '../../domain/steps.ts';
import { right } from '../../domain/testing/outcome.ts';
import type { CallSite, Connected } from './call-site.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { FAULTS, type Fault } from './faults.ts';
import { quickClock } from './quick-clock.ts';

const GIVE_UP_MS = 60_000;
const POLL_MS = 20;

export type Phase = 'first boot' | 'retry';

/** What became of the step while the provider was as the cell wants it for the first attempt, and well after that. */
export type Outcome = {
  readonly slug: string;
  /** Where the step came to rest by itself. */
  readonly rest: StepState;
  /** Events of the session from the moment the fault was there until the step came to rest. */
  readonly events: readonly StoredEvent[];
  /** Variables in `/app/.env` at that moment. */
  readonly names: readonly string[];
  readonly injected: number;
  readonly elsewhere: number;
  /** After somebody has asked again where it was given up on. */
  readonly end: StepState;
  readonly endNames: readonly string[];
  readonly live: Readonly<Record<string, number>>;
  /** The whole log of the cell. */
  readonly log: readonly StoredEvent[];
};

const REFUSED = FAULTS.find(({ permanent }) => permanent === true);

/** A whole session whose one leg goes through the product's own adapter, over a socket, to a provider with a fault. */
export const runCell = async (site: CallSite, fault: Fault, phase: Phase): Promise<Outcome> => {
  const label = `${site.name}-${fault.name}-${phase}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const proxy = await startFaultProxy(label, site.origin, site.isMeant);
  const connected = await site.connect(proxy.url);
  const world = worldWith(site, connected, proxy);
  const server = startTestServer(world);
  try {
    return await live(site, fault, phase, { world, server, proxy });
  } finally {
    await server.stop();
    await connected.close();
    await proxy.close();
  }
};

type Setting = { readonly world: TestWorld; readonly server: TestServer; readonly proxy: FaultProxy };

const live = async (
  site: CallSite,
  fault: Fault,
  phase: Phase,
  { world, server, proxy }: Setting,
): Promise<Outcome> => {
  if (phase === 'first boot') await proxy.inject(fault);
  else if (REFUSED !== undefined) await proxy.inject(REFUSED);
  const { sessionId, slug } = await right(
    server.create({ commandId: randomUUID(), owner: 'ann', residentialIp: false }),
  );

  const step = (): StepState => server.session(sessionId)?.steps[site.step] ?? { status: 'waiting' };
  const names = (): readonly string[] => server.session(sessionId)?.env?.names ?? [];
  /** Nothing more happens by itself: the step is done or given up on, and the env file is as it will be. */
  const atRest = async (): Promise<void> => {
    await until(() => step().status === 'parked' || (step().status === 'done' && isReady(server, sessionId)));
    if (site.step !== 'vm_boot') await until(() => isReady(server, sessionId));
    await until(() => envIsCurrent(server, sessionId));
  };
  const ask = async (): Promise<void> => {
    const command = visitorOf(sessionId);
    await right(
      site.step === 'vm_boot'
        ? server.commands.wake(command)
        : server.commands.retryService({ ...command, service: site.step }),
    );
    await until(() => step().status !== 'parked');
  };

  await atRest();
  let from = 0;
  if (phase === 'retry') {
    if (step().status !== 'parked') throw new Error('the first boot did not give up');
    proxy.heal();
    await proxy.inject(fault);
    from = (await historyOf(world, sessionId)).length;
    await ask();
    await atRest();
  }
  const [rest, restNames] = [step(), names()];
  const events = (await historyOf(world, sessionId)).slice(from);
  const injected = proxy.injected();
  proxy.heal();
  if (rest.status === 'parked') {
    await ask();
    await atRest();
  }
  return {
    slug,
    rest,
    events,
    names: restNames,
    injected,
    elsewhere: proxy.elsewhere(),
    end: step(),
    endNames: names(),
    live: await site.live(slug),
    log: await historyOf(world, sessionId),
  };
};

/** The leg at hand is the product's own adapter; everything else answers at once. The fault ends with the first failure. */
const worldWith = (site: CallSite, { provider, sandboxes }: Connected, proxy: FaultProxy): TestWorld => {
  const world = createTestWorld({ latencyMs: 0, appendMs: 0, clock: quickClock(site.times) });
  const store: EventStore = {
    ...world.store,
    append: (stream, expected, events) => {
      const ended = events.some(
        ({ type, data }) =>
          (type === 'StepFailed' || type === 'StepParked') && (data as { step?: string }).step === site.step,
      );
      // A busy machine may miss the deadline before the call at hand is made: the fault waits for it.
      if (ended && proxy.isFelt()) proxy.heal();
      return world.store.append(stream, expected, events);
    },
  };
  return {
    ...world,
    store,
    providers: { ...world.providers, ...(provider === undefined ? {} : { [site.step]: provider }) },
    ...(sandboxes === undefined ? {} : { sandboxes }),
  } as TestWorld;
};

const isReady = (server: TestServer, sessionId: string): boolean =>
  server.session(sessionId)?.readyAt !== undefined;

/** What has come late is in the file too. */
const envIsCurrent = (server: TestServer, sessionId: string): boolean => {
  const state = server.session(sessionId);
  if (state?.env === undefined) return state?.steps.vm_boot?.status === 'parked';
  const done = (Object.keys(state.provisioned) as ServiceName[]).filter(
    (service) => state.steps[service]?.status === 'done',
  );
  return done.every((service) => state.env?.services.includes(service) === true);
};

const until = async (isSo: () => boolean): Promise<void> => {
  const limit = Date.now() + GIVE_UP_MS;
  while (!isSo()) {
    if (Date.now() > limit) throw new Error('it did not come to rest');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};
