import type { Sandbox } from 'e2b';
import { e2bClient } from './client.ts';
import { asking } from './errors.ts';
import { type NetworkOptions, networkFor } from './network.ts';
import { AWAKE_MS, type E2bSettings, TIMEOUTS } from './settings.ts';

/** What we write on every sandbox, and find it by. E2B keeps it as it was given: it is never changed. */
const META = {
  /** This installation's, so that others on the same account are left alone. */
  instance: 'mk0rInstance',
  name: 'mk0rName',
  sessionId: 'sessionId',
  specHash: 'specHash',
  attempt: 'attempt',
} as const;

/** A virtual machine as E2B lists it. */
export type Vm = {
  readonly id: string;
  readonly name: string;
  readonly sessionId: string;
  readonly state: 'running' | 'paused';
  readonly startedAt: Date;
  /** When E2B will pause it. */
  readonly endAt: Date;
};

/** E2B answers at most 100 at once. */
const PAGE = 100;
const MOST_PAGES = 200;

export type Vms = {
  /** All of this installation's, or those of one name, oldest first. */
  readonly list: (of?: { readonly name: string }, signal?: AbortSignal) => Promise<readonly Vm[]>;
  readonly create: (
    of: { readonly name: string; readonly sessionId: string; readonly attempt?: string | undefined },
    signal: AbortSignal,
  ) => Promise<Sandbox>;
  /** Resumes a paused one. Never shortens the time of a running one. */
  readonly connect: (id: string, signal?: AbortSignal) => Promise<Sandbox>;
  readonly pause: (id: string) => Promise<void>;
  /** One that is gone already is fine. */
  readonly kill: (id: string) => Promise<void>;
  /** It stays awake for `AWAKE_MS` from now. */
  readonly keepAwake: (id: string) => Promise<void>;
};

export type VmsOptions = {
  readonly settings: E2bSettings;
  /** Names this installation on its E2B account. */
  readonly instance: string;
  /** Template name, with its tag. */
  readonly template: string;
  readonly network: NetworkOptions;
};

/** E2B's API as this adapter uses it: every call with its own timeout, errors in the port's words. */
export const createVms = ({ settings, instance, template, network }: VmsOptions): Vms => {
  const { Sandbox } = e2bClient(settings, TIMEOUTS.kill);

  const list: Vms['list'] = (of, signal) =>
    asking(
      'listing sandboxes',
      async () => {
        const metadata = { [META.instance]: instance, ...(of ? { [META.name]: of.name } : {}) };
        const pages = Sandbox.list({
          query: { metadata, state: ['running', 'paused'] },
          order: 'asc',
          limit: PAGE,
        });
        const found: Vm[] = [];
        for (let page = 0; pages.hasNext && page < MOST_PAGES; page += 1) {
          const items = await pages.nextItems({
            requestTimeoutMs: TIMEOUTS.list,
            ...(signal ? { signal } : {}),
          });
          for (const { sandboxId, metadata: meta, state, startedAt, endAt } of items) {
            const name = meta[META.name];
            const sessionId = meta[META.sessionId];
            if (meta[META.instance] !== instance || name === undefined || sessionId === undefined) continue;
            found.push({ id: sandboxId, name, sessionId, state, startedAt, endAt });
          }
        }
        return found.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
      },
      signal,
    );

  const create: Vms['create'] = ({ name, sessionId, attempt }, signal) =>
    asking(
      'creating a sandbox',
      () =>
        Sandbox.create(template, {
          metadata: {
            [META.instance]: instance,
            [META.name]: name,
            [META.sessionId]: sessionId,
            [META.specHash]: template,
            ...(attempt === undefined ? {} : { [META.attempt]: attempt }),
          },
          timeoutMs: AWAKE_MS,
          requestTimeoutMs: TIMEOUTS.create,
          // Resumed by this server alone: traffic that resumed it would run past what the log knows.
          lifecycle: { onTimeout: 'pause', autoResume: false },
          network: networkFor(name, network),
          signal,
        }),
      signal,
    );

  return {
    list,
    create,
    connect: (id, signal) =>
      asking(
        'connecting to a sandbox',
        // Without its own timeout, E2B would give it the default of five minutes.
        () =>
          Sandbox.connect(id, {
            timeoutMs: AWAKE_MS,
            requestTimeoutMs: TIMEOUTS.connect,
            ...(signal ? { signal } : {}),
          }),
        signal,
      ),
    pause: (id) =>
      asking('pausing a sandbox', async () => {
        await Sandbox.pause(id, { requestTimeoutMs: TIMEOUTS.pause });
      }),
    kill: (id) =>
      asking('ending a sandbox', async () => {
        await Sandbox.kill(id, { requestTimeoutMs: TIMEOUTS.kill });
      }),
    keepAwake: (id) =>
      asking('keeping a sandbox awake', () =>
        Sandbox.setTimeout(id, AWAKE_MS, { requestTimeoutMs: TIMEOUTS.keepAwake }),
      ),
  };
};
