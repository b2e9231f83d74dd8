import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import { isWritable } from '../env-file.ts';
import { keptValues } from '../kept-values.ts';
import type { ProviderError, Provisioned, ProvisionRequest } from '../ports/services.ts';
import { type Attempt, type Effect, fromVault, late, type World } from './context.ts';

const OUTCOME = {
  posthog: 'PosthogTagged',
  neon: 'NeonProvisioned',
  resend: 'ResendProvisioned',
  github: 'GithubProvisioned',
} as const;

/** The secret is in the vault before the fact is in the log: a crash between the two only repeats an adoption. */
export const provisionService =
  (service: ServiceName): Effect =>
  (world, attempt) => {
    const provider = world.providers[service];
    if (provider === undefined) {
      return TE.right([
        { type: 'StepSkipped', data: { step: service, reason: 'not configured on this server' } },
      ]);
    }
    const { sessionId, slug } = attempt.state;
    return pipe(
      provider.provision({ sessionId, slug, signal: attempt.signal, ...knownOf(attempt.state, service) }),
      TE.filterOrElse(() => !attempt.isOver(), late),
      TE.filterOrElse(isAllWritable, unwritable(service)),
      TE.tap((provisioned) => storeValues(world, attempt, provisioned)),
      TE.map((provisioned) => [provisionedEvent(service, provider.provider, attempt, provisioned)]),
    );
  };

const knownOf = (
  { steps, provisioned }: SessionState,
  service: ServiceName,
): Pick<ProvisionRequest, 'isFirst' | 'resourceId'> => {
  const [step, given] = [steps[service], provisioned[service]];
  return {
    ...(step?.status === 'running' && step.isFirst === true ? { isFirst: true } : {}),
    ...(given === undefined ? {} : { resourceId: given.resourceId }),
  };
};

const unwritableNames = ({ env }: Provisioned): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) => (isWritable(name, value) ? [] : [name]));

const isAllWritable = (provisioned: Provisioned): boolean => unwritableNames(provisioned).length === 0;

/** A leg that is said to be there has every line of its own in the file, or the agent would look for one in vain. */
const unwritable =
  (service: ServiceName) =>
  (provisioned: Provisioned): ProviderError => ({
    code: 'value_not_writable',
    message: `${service} gave a value for ${unwritableNames(provisioned).join(', ').slice(0, 200)} that /app/.env cannot hold. Retry to have another.`,
    retryable: false,
  });

const storeValues = (world: World, { state }: Attempt, { env, kept }: Provisioned) =>
  fromVault(world.vault.put(state.sessionId, { ...env, ...keptValues(kept) }));

const provisionedEvent = (
  service: ServiceName,
  provider: string,
  { attemptId }: Attempt,
  { resourceId, facts, env }: Provisioned,
): SessionEvent => ({
  type: OUTCOME[service],
  data: { attemptId, provider, resourceId, names: Object.keys(env), facts },
});

const forgetValues = ({ vault }: World, state: SessionState, service: ServiceName) =>
  fromVault(vault.remove(state.sessionId, state.provisioned[service]?.names ?? []));

/** Not given back by asking somebody else for it: until its own provider is configured again, an operator has to see it. */
const elsewhere = (service: ServiceName, provider: string): ProviderError => ({
  code: 'provider_not_configured',
  message: `This was provided by ${provider} (${service}), which this server is not configured for now. Configure it again, or release it there.`,
  retryable: false,
});

export const releaseService =
  (service: ServiceName): Effect =>
  (world, { state, attemptId, signal }) => {
    const provider = world.providers[service];
    const from = state.provisioned[service]?.provider;
    const released: readonly SessionEvent[] = [{ type: 'ResourceReleased', data: { attemptId, service } }];
    if (provider === undefined) return TE.right(released);
    if (from !== undefined && from !== provider.provider) return TE.left(elsewhere(service, from));
    return pipe(
      provider.release({ sessionId: state.sessionId, slug: state.slug, signal }),
      // A session that goes on must not go on with the keys of what it no longer has.
      TE.tap(() => (state.status === 'open' ? forgetValues(world, state, service) : TE.right(undefined))),
      TE.map(() => released),
    );
  };
