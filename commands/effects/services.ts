import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { ServiceName } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { Provisioned } from '../ports/services.ts';
import { type Attempt, type Effect, fromVault, type World } from './context.ts';

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
      provider.provision({ sessionId, slug, signal: attempt.signal }),
      TE.tap((provisioned) => storeValues(world, attempt, provisioned)),
      TE.map((provisioned) => [provisionedEvent(service, provider.provider, attempt, provisioned)]),
    );
  };

const storeValues = (world: World, { state }: Attempt, { env }: Provisioned) =>
  fromVault(world.vault.put(state.sessionId, env));

const provisionedEvent = (
  service: ServiceName,
  provider: string,
  { attemptId }: Attempt,
  { resourceId, facts, env }: Provisioned,
): SessionEvent => ({
  type: OUTCOME[service],
  data: { attemptId, provider, resourceId, names: Object.keys(env), facts },
});

export const releaseService =
  (service: ServiceName): Effect =>
  (world, { state, attemptId, signal }) => {
    const provider = world.providers[service];
    const released: readonly SessionEvent[] = [{ type: 'ResourceReleased', data: { attemptId, service } }];
    return provider === undefined
      ? TE.right(released)
      : pipe(
          provider.release({ sessionId: state.sessionId, slug: state.slug, signal }),
          TE.map(() => released),
        );
  };
