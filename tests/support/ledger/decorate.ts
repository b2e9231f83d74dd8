import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Storage } from '../../../api/composition/storage.ts';
import type { World } from '../../../commands/effects/context.ts';
import { EFFECTS, type Effects } from '../../../commands/effects/index.ts';
import type { Sandbox } from '../../../commands/ports/sandboxes.ts';
import type { Vault } from '../../../commands/ports/vault.ts';
import type { StepName } from '../../../domain/steps.ts';
import type { Failpoints } from './failpoints.ts';
import type { Decoration } from './server.ts';

/** Whose call it is where it is not a step's: turns, claims, the pool's keeper and the janitor. */
const SERVER = 'server';

/** Failpoints around every append, every write of the vault and of a view, every effect, and every call outside. */
export const withFailpoints = (failpoints: Failpoints, dieAtNextCommit: () => void): Decoration => {
  let plain: World | undefined;
  const worldOf = (who: string): World => {
    if (plain === undefined) throw new Error('there is no world yet');
    return watchedWorld(plain, who, failpoints, dieAtNextCommit);
  };
  return {
    storage: (storage) => watchedStorage(storage, failpoints),
    world: (world) => {
      plain = world;
      return worldOf(SERVER);
    },
    effects: watchedEffects(worldOf, failpoints),
  };
};

const watchedStorage = (storage: Storage, { pass }: Failpoints): Storage => ({
  ...storage,
  store: {
    ...storage.store,
    append: (stream, expected, events) => async () => {
      for (const { type } of events) pass(`append ${type}`, 'before');
      const appended = await storage.store.append(stream, expected, events)();
      for (const { type } of E.isRight(appended) ? events : []) pass(`append ${type}`, 'after');
      return appended;
    },
  },
  readModels: {
    ...storage.readModels,
    write: async (table, rows, checkpoint) => {
      const view = `view ${table.replace(/_v\d.*$/, '')}`;
      pass(view, 'before');
      const written = await storage.readModels.write(table, rows, checkpoint);
      pass(view, 'after');
      return written;
    },
  },
});

const watchedEffects = (worldOf: (who: string) => World, { pass }: Failpoints): Effects => {
  const watched = (step: StepName): Effects[StepName] => {
    let world: World | undefined;
    return (_world, attempt) => async () => {
      world ??= worldOf(step);
      const outcome = await EFFECTS[step](world, attempt)();
      pass(step, 'done');
      return outcome;
    };
  };
  return Object.fromEntries(
    Object.keys(EFFECTS).map((step) => [step, watched(step as StepName)]),
  ) as unknown as Effects;
};

const watchedWorld = (
  world: World,
  who: string,
  failpoints: Failpoints,
  dieAtNextCommit: () => void,
): World => {
  const remote = <Port extends object>(name: string, port: Port): Port =>
    watchedPort(`${who} > ${name}`, port, { failpoints, dieAtNextCommit });
  const { providers, repository, checkpoints, sandboxes, agent, vault } = world;
  return {
    ...world,
    sandboxes: remote('sandboxes', sandboxes),
    agent: remote('agent', agent),
    providers: {
      posthog: providers.posthog && remote('posthog', providers.posthog),
      neon: providers.neon && remote('neon', providers.neon),
      resend: providers.resend && remote('resend', providers.resend),
      github: providers.github && remote('github', providers.github),
    },
    repository: repository && remote('github', repository),
    checkpoints: checkpoints && remote('checkpoints', checkpoints),
    ...(world.mail === undefined ? {} : { mail: remote('mail', world.mail) }),
    vault: watchedVault(vault, who, failpoints),
  };
};

/** Reading it changes nothing: only what it writes is worth a crash. */
const watchedVault = (vault: Vault, who: string, { pass }: Failpoints): Vault => {
  const around =
    <Args extends readonly unknown[], Failure, A>(
      name: string,
      write: (...args: Args) => TE.TaskEither<Failure, A>,
    ) =>
    (...args: Args): TE.TaskEither<Failure, A> =>
    async () => {
      pass(`${who} > vault.${name}`, 'before');
      const written = await write(...args)();
      pass(`${who} > vault.${name}`, 'after');
      return written;
    };
  return {
    ...vault,
    openSession: around('openSession', vault.openSession),
    put: around('put', vault.put),
    putFile: around('putFile', vault.putFile),
    remove: around('remove', vault.remove),
    shred: around('shred', vault.shred),
  };
};

type Watching = { readonly failpoints: Failpoints; readonly dieAtNextCommit: () => void };

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

const isSandbox = (value: unknown): value is Sandbox =>
  typeof value === 'object' && value !== null && 'exec' in value;

/** Every method of a port that asks the world outside: before it does, once it is done there, and once it is told. */
const watchedPort = <Port extends object>(name: string, port: Port, watching: Watching): Port => {
  const { failpoints, dieAtNextCommit } = watching;
  const inside = (value: unknown): unknown =>
    isSandbox(value) ? watchedPort(`${name.split(' > ')[0]} > sandbox`, value, watching) : value;

  const asked = (what: string): void => {
    if (failpoints.passCall(what)) dieAtNextCommit();
  };

  const task =
    (what: string, ask: () => Promise<E.Either<unknown, unknown>>) =>
    async (): Promise<E.Either<unknown, unknown>> => {
      asked(what);
      const answer = await ask();
      failpoints.pass(what, 'answered');
      return E.map(inside)(answer);
    };

  async function* stream(
    what: string,
    source: AsyncIterable<unknown>,
  ): AsyncGenerator<unknown, void, undefined> {
    asked(what);
    let isFirst = true;
    for await (const update of source) {
      if (isFirst) failpoints.pass(what, 'answered');
      isFirst = false;
      yield update;
    }
  }

  return new Proxy(port, {
    get: (target, member, receiver) => {
      const method: unknown = Reflect.get(target, member, receiver);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]) => {
        const result: unknown = Reflect.apply(method, target, [...args]);
        const what = `${name}.${String(member)}`;
        if (typeof result === 'function')
          return task(what, result as () => Promise<E.Either<unknown, unknown>>);
        return isAsyncIterable(result) ? stream(what, result) : inside(result);
      };
    },
  });
};
