import { parse } from 'dotenv';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { SERVICE_ENV_NAMES, SERVICES, type ServiceName } from '../../domain/services.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import { isWritable, mergeEnvFile } from '../env-file.ts';
import { type OwnValues, ownValuesOf } from '../own-values.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { type Attempt, type Effect, fromVault, sandboxOf, unlessOver, type World } from './context.ts';

const ENV_PATH = '/app/.env';
/**
 * Vault names under which our values are kept as the file has them, and as it is about to: what it holds of ours is one
 * or the other, whatever becomes of the write in between. That is what tells ours from the user's own.
 */
const WRITTEN = 'written:';
const BEGUN = 'begun:';

export const availableServices = (state: SessionState): readonly ServiceName[] =>
  SERVICES.filter((service) => isDone(state, service));

/** Remembers what is about to be written, then writes it through the sandbox's file API. */
export const writeEnv: Effect = (world, attempt) =>
  pipe(
    sandboxOf(world, attempt.state),
    TE.flatMap((sandbox) => writeEnvFile(world, attempt, sandbox)),
    TE.map((written) => [
      {
        type: 'EnvWritten',
        data: { attemptId: attempt.attemptId, version: (attempt.state.env?.version ?? 0) + 1, ...written },
      },
    ]),
  );

export const writeEnvFile = (world: World, attempt: Pick<Attempt, 'state' | 'isOver'>, sandbox: Sandbox) => {
  const { state } = attempt;
  const services = availableServices(state);
  return pipe(
    TE.Do,
    TE.bind('values', () => fromVault(world.vault.all(state.sessionId))),
    TE.bind('current', () => readOrEmpty(sandbox)),
    TE.let('own', ({ values }) => ownValuesOf(state, values)),
    TE.let('wanted', ({ values, own }) => ({ ...wantedValues(values, services), ...own.values })),
    TE.let('before', ({ values, current, own }) => oursIn(current, values, own)),
    TE.tap(() => unlessOver(attempt)),
    TE.tap(({ before: { written }, wanted }) =>
      fromVault(
        world.vault.put(state.sessionId, { ...prefixed(WRITTEN, written), ...prefixed(BEGUN, wanted) }),
      ),
    ),
    TE.tap(() => unlessOver(attempt)),
    TE.tap(({ current, wanted, before: { written, begun } }) =>
      sandbox.writeFile(ENV_PATH, mergeEnvFile(current, written, wanted, begun), 0o600),
    ),
    TE.bind('digest', ({ wanted }) => fromVault(world.vault.digest(state.sessionId, JSON.stringify(wanted)))),
    TE.map(({ wanted, digest, own: { ids } }) => ({
      names: Object.keys(wanted),
      digest,
      services,
      ...(Object.keys(ids).length === 0 ? {} : { own: ids }),
    })),
  );
};

/** A file that is not there yet reads as empty; any other failure is one. */
const readOrEmpty = (sandbox: Sandbox): TE.TaskEither<ProviderError, string> =>
  pipe(
    sandbox.readFile(ENV_PATH),
    TE.orElse((error) => (error.code === 'file_not_found' ? TE.right('') : TE.left(error))),
  );

const wantedValues = (
  values: Readonly<Record<string, string>>,
  services: readonly ServiceName[],
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    services
      .flatMap((service) => SERVICE_ENV_NAMES[service] as readonly string[])
      .map((name) => [name, values[name]] as const)
      .filter((entry): entry is [string, string] => entry[1] !== undefined && isWritable(entry[0], entry[1])),
  );

/**
 * What we wrote, as the file has it where that can be told; and what we began to write. Who asks for a variable to be
 * replaced means also what they wrote there by hand before.
 */
const oursIn = (current: string, values: Readonly<Record<string, string>>, { pending }: OwnValues) => {
  const [written, begun] = [unprefixed(WRITTEN, values), unprefixed(BEGUN, values)];
  const inFile = new Map(Object.entries(parse(current)));
  const arrived = Object.entries(begun).filter(([name, value]) => inFile.get(name) === value);
  const given = pending.flatMap((name) => {
    const value = inFile.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { written: { ...written, ...Object.fromEntries([...arrived, ...given]) }, begun };
};

const unprefixed = (prefix: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]): [string, string] => [name.slice(prefix.length), value]),
  );

const prefixed = (prefix: string, values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, string] => [`${prefix}${name}`, value]),
  );
