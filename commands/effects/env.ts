import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { SERVICE_ENV_NAMES, SERVICES, type ServiceName } from '../../domain/services.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import { isWritable, mergeEnvFile } from '../env-file.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { type Effect, fromVault, sandboxOf, type World } from './context.ts';

const ENV_PATH = '/app/.env';
/** Vault names under which the values are kept as they were last written, to tell ours from the user's own. */
const WRITTEN = 'written:';

export const availableServices = (state: SessionState): readonly ServiceName[] =>
  SERVICES.filter((service) => isDone(state, service));

/** Writes the file through the sandbox's file API, then remembers what was written. */
export const writeEnv: Effect = (world, { state, attemptId }) =>
  pipe(
    sandboxOf(world, state),
    TE.flatMap((sandbox) => writeEnvFile(world, state, sandbox)),
    TE.map(({ names, digest, services }) => [
      {
        type: 'EnvWritten',
        data: { attemptId, version: (state.env?.version ?? 0) + 1, names, digest, services },
      },
    ]),
  );

export const writeEnvFile = (world: World, state: SessionState, sandbox: Sandbox) => {
  const services = availableServices(state);
  return pipe(
    TE.Do,
    TE.bind('values', () => fromVault(world.vault.all(state.sessionId))),
    TE.bind('current', () => readOrEmpty(sandbox)),
    TE.let('wanted', ({ values }) => wantedValues(values, services)),
    TE.tap(({ values, current, wanted }) =>
      sandbox.writeFile(ENV_PATH, mergeEnvFile(current, lastWritten(values), wanted), 0o600),
    ),
    TE.tap(({ wanted }) => fromVault(world.vault.put(state.sessionId, prefixed(wanted)))),
    TE.bind('digest', ({ wanted }) => fromVault(world.vault.digest(state.sessionId, JSON.stringify(wanted)))),
    TE.map(({ wanted, digest }) => ({ names: Object.keys(wanted), digest, services })),
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

const lastWritten = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(WRITTEN))
      .map(([name, value]) => [name.slice(WRITTEN.length), value]),
  );

const prefixed = (wanted: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(wanted).map(([name, value]) => [`${WRITTEN}${name}`, value]));
