import { describe, expect, test } from 'vitest';
import { resourceName } from '../../domain/services.ts';
import type { AgentUpdate } from '../ports/agent.ts';
import { coldSession, isAtRest } from '../testing/visits.ts';
import { createTestWorld } from '../testing/world.ts';
import { followDrafts } from './drafts.ts';

const SECRET = 're_secret_0123456789abcdef';

/** A session at rest, seen by another process, and an agent whose answer that process reads along. */
const seenElsewhere = async (answers: readonly (readonly AgentUpdate[])[]) => {
  const world = createTestWorld();
  const { server, sessionId, slug } = await coldSession(world, 'First');
  await world.time.until(() => isAtRest(server.session(sessionId)));
  await world.time.during(world.vault.put(sessionId, { RESEND_API_KEY: SECRET })());
  const shown: string[] = [];
  const asked: { readonly promptId: string; readonly text?: string }[] = [];
  const context = {
    ...server.context,
    volatile: (_sessionId: string, { text }: { readonly text: string }) => void shown.push(text),
    world: {
      ...server.context.world,
      agent: {
        ...server.context.world.agent,
        prompt: async function* (_sandbox: unknown, _token: string, options: (typeof asked)[number]) {
          asked.push(options);
          yield* answers[asked.length - 1] ?? [];
        },
      },
    },
  };
  const sandbox = () => Promise.resolve(world.sandboxes.running(resourceName(slug)));
  return { world, shown, asked, drafts: followDrafts(context, sandbox, sessionId) };
};

const says = (eventId: number, text: string): AgentUpdate => ({ eventId, type: 'message', text });
const NOT_THERE: AgentUpdate = { eventId: 1, type: 'error', code: 'not_found', message: 'No such prompt.' };
const END: AgentUpdate = { eventId: 9, type: 'result', stopReason: 'end_turn' };

describe('a turn that is read along', () => {
  test('shows what is still growing, whole, and starts nothing', async () => {
    const { world, shown, asked, drafts } = await seenElsewhere([
      [says(1, 'I am '), says(2, 'building it'), END],
    ]);
    drafts.begin({ turnId: 't', attemptId: 'a' });
    await world.time.pass(1_000);
    expect(shown.map((text) => text.trim())).toEqual(['I am', 'I am building it']);
    expect(asked).toEqual([{ agentSessionId: expect.any(String), promptId: 'a' }]);
    expect(asked[0]).not.toHaveProperty('text');
  });

  test('is asked for again while the agent has not been given it yet', async () => {
    const { world, shown, asked, drafts } = await seenElsewhere([
      [NOT_THERE],
      [NOT_THERE],
      [says(1, 'Done'), END],
    ]);
    drafts.begin({ turnId: 't', attemptId: 'a' });
    await world.time.pass(2_000);
    expect(asked).toHaveLength(3);
    expect(shown).toEqual(['Done']);
  });

  test('shows no secret of the session', async () => {
    const { world, shown, drafts } = await seenElsewhere([[says(1, `The key is ${SECRET}, there.`), END]]);
    drafts.begin({ turnId: 't', attemptId: 'a' });
    await world.time.pass(1_000);
    expect(shown.join(' ')).toContain('The key is');
    expect(shown.join(' ')).not.toContain(SECRET);
  });

  test('is read once, however often it is said to have begun', async () => {
    const { world, asked, drafts } = await seenElsewhere([[says(1, 'Done'), END]]);
    for (let times = 0; times < 3; times += 1) drafts.begin({ turnId: 't', attemptId: 'a' });
    await world.time.pass(1_000);
    expect(asked).toHaveLength(1);
  });
});
