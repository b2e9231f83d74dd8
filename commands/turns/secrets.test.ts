import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { describe, expect, test } from 'vitest';
import type { Vault } from '../ports/vault.ts';
import type { Move } from '../testing/agent.ts';
import { coldSession, isReady, visitorOf } from '../testing/visits.ts';
import { createTestWorld, type TestServer } from '../testing/world.ts';

const FIRST = 'sk_live_the_first_one';
const SECOND = 'sk_live_the_second_one';
const THINKING: readonly Move[] = Array.from({ length: 40 }, () => ({ thinks: 'Hm.' }));

/** A turn in the middle of whose one answer its owner replaces a key; the agent then says both. */
const rekeyed = async (vaultOf: (vault: Vault, isAway: () => boolean) => Vault = (vault) => vault) => {
  const made = createTestWorld();
  let isAway = false;
  const world = { ...made, vault: vaultOf(made.vault, () => isAway) };
  const { server, sessionId } = await coldSession(world);
  const turn = () => server.session(sessionId)?.turns[0];
  const replace = (value: string) =>
    world.time.during(
      server.commands.replaceVariable({ ...visitorOf(sessionId), name: 'STRIPE_KEY', value })(),
    );
  await world.time.until(() => isReady(server.session(sessionId)));
  await replace(FIRST);
  world.agent.will({ says: 'I begin.\n\n' }, ...THINKING, { says: `${FIRST} and ${SECOND}` }, ...THINKING);
  await world.time.during(server.commands.submitTurn({ ...visitorOf(sessionId), prompt: 'Hello' })());
  await world.time.until(() => turn()?.status === 'running');
  await replace(SECOND);
  const away = (is: boolean): void => {
    isAway = is;
  };
  return { world, server, sessionId, turn, away };
};

const told = async ({ context, shown }: TestServer, sessionId: string): Promise<string> => {
  const events = await context.reader.session(sessionId)();
  return JSON.stringify([E.isRight(events) && events.right.map(({ data }) => data), shown]);
};

describe('a key that is made anew in the middle of an answer', () => {
  test('is not repeated in the same answer, and neither is the one before', async () => {
    const { world, server, sessionId, turn } = await rekeyed();
    await world.time.until(() => turn()?.status === 'finished');
    const all = await told(server, sessionId);
    expect(all).toContain('[STRIPE_KEY] and [STRIPE_KEY]');
    expect(all).not.toContain(FIRST);
    expect(all).not.toContain(SECOND);
  });

  test('is waited for where the vault is away for a moment', async () => {
    const { world, server, sessionId, turn, away } = await rekeyed(awayFor);
    away(true);
    await world.time.pass(2_000);
    away(false);
    await world.time.until(() => turn()?.status === 'finished');
    expect(await told(server, sessionId)).not.toContain(SECOND);
  });

  test('ends the turn, with nothing said of it, where nobody can tell what it is', async () => {
    const { world, server, sessionId, turn, away } = await rekeyed(awayFor);
    away(true);
    await world.time.until(() => turn()?.status === 'failed');
    expect(await told(server, sessionId)).not.toContain(SECOND);
  });
});

const awayFor = (vault: Vault, isAway: () => boolean): Vault => ({
  ...vault,
  all: (sessionId) =>
    isAway() ? TE.left({ tag: 'VaultUnavailable', message: 'No answer.' } as const) : vault.all(sessionId),
});
