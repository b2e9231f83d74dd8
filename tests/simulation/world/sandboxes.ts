import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ExecRequest, Sandbox, SandboxHost } from '../../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import type { TestClock } from '../../../commands/testing/clock.ts';
import { never } from '../../../commands/testing/port-of.ts';
import type { Latency } from '../../../commands/testing/providers.ts';
import { createFakeSandboxHost } from '../../../commands/testing/sandboxes.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';

const broken: ProviderError = { code: 'sandbox_failed', message: 'It did not come up.', retryable: true };
const refused: ProviderError = { code: 'sandbox_refused', message: 'No more of them.', retryable: false };
const timedOut: ProviderError = { code: 'timeout', message: 'No answer in time.', retryable: true };

/** Where sandboxes run: beside their one server, or where they outlive it, and several servers may share them. */
export type Whereabouts = 'this machine' | 'a cloud' | 'a shared cloud';

type Options = {
  readonly time: TestClock;
  readonly latency: Latency;
  readonly faults: Faults;
  readonly chance: Chance;
};

/** The doubles' host with everything that can go wrong between it and us. */
export const createSimulatedSandboxes = ({ time, latency, faults, chance }: Options) => {
  const fake = createFakeSandboxHost(latency);
  const wrapped = new WeakMap<Sandbox, Sandbox>();
  const frozen = new Set<string>();

  const called =
    <A>(call: TaskEither<ProviderError, A>): TaskEither<ProviderError, A> =>
    async () => {
      if (faults.strikes('sandbox-fails')) {
        await latency();
        return E.left(broken);
      }
      if (faults.strikes('sandbox-refuses')) {
        await latency();
        return E.left(refused);
      }
      if (faults.strikes('sandbox-hangs')) return never();
      const result = await call();
      if (!faults.strikes('sandbox-answer-lost')) return result;
      return chance.happens(0.5) ? E.left(broken) : never();
    };

  const inside = (sandbox: Sandbox): Sandbox => {
    const before = wrapped.get(sandbox);
    if (before !== undefined) return before;
    const { name } = sandbox;
    const file =
      <A>(call: TaskEither<ProviderError, A>): TaskEither<ProviderError, A> =>
      async () =>
        frozen.has(name) || faults.strikes('files-fail') ? E.left(timedOut) : call();
    const exec = (request: ExecRequest) => async () => {
      if (frozen.has(name) || faults.strikes('exec-hangs')) {
        await time.sleep(request.timeoutMs);
        return E.left(timedOut);
      }
      return faults.strikes('exec-fails') ? E.left(timedOut) : sandbox.exec(request)();
    };
    const own: Sandbox = {
      ...sandbox,
      exec,
      readFile: (path) => file(sandbox.readFile(path)),
      writeFile: (path, content, mode) => file(sandbox.writeFile(path, content, mode)),
    };
    wrapped.set(sandbox, own);
    return own;
  };

  const opened = (task: TaskEither<ProviderError, Sandbox>): TaskEither<ProviderError, Sandbox> =>
    called(async () => E.map(inside)(await task()));

  const ofThisMachine: SandboxHost = {
    host: fake.host,
    outlivesServer: false,
    isolation: fake.isolation,
    boot: (request) => opened(fake.boot(request)),
    wake: (request) => opened(fake.wake(request)),
    running: (name) => {
      const sandbox = fake.running(name);
      return sandbox === undefined ? undefined : inside(sandbox);
    },
    sleep: (name) => called(fake.sleep(name)),
    destroy: (name) => called(fake.destroy(name)),
    list: () => (faults.strikes('listing-fails') ? async () => E.left(broken) : fake.list()),
    close: fake.close,
  };

  /** A cloud's, as one server has it: it knows those it has spoken to, and all there are when it is the only one. */
  const ofACloud = ({ shared }: { readonly shared: boolean }): SandboxHost => {
    const held = new Set(shared ? [] : fake.names());
    const holding =
      (start: SandboxHost['boot']): SandboxHost['boot'] =>
      (request) =>
      async () => {
        const started = await start(request)();
        if (E.isRight(started)) held.add(request.name);
        return started;
      };
    return {
      ...ofThisMachine,
      host: 'cloud',
      outlivesServer: true,
      boot: holding(ofThisMachine.boot),
      wake: holding(ofThisMachine.wake),
      running: (name) => (held.has(name) ? ofThisMachine.running(name) : undefined),
    };
  };

  return {
    connect: (where: Whereabouts): SandboxHost =>
      where === 'this machine' ? ofThisMachine : ofACloud({ shared: where === 'a shared cloud' }),
    fake,
    freeze: (name: string): void => void frozen.add(name),
    thaw: (): void => frozen.clear(),
    isFrozen: (name: string): boolean => frozen.has(name),
  };
};

export type SimulatedSandboxes = ReturnType<typeof createSimulatedSandboxes>;
