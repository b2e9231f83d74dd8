import { bridgeToken, type World } from '../commands/effects/context.ts';
import { resourceName } from '../domain/services.ts';
import { right } from '../domain/testing/outcome.ts';
import type { Row } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';
import type { Bench, BenchServer } from './support/server.ts';
import { signIn, until, untilWarm } from './support/visitor.ts';

const CLAIMS = 20;
/** Answered at once by the offline agent, so that the next claim does not share the cores with a build. */
const PROMPT = 'hello';

/** Tells when the agent's first word on a prompt came back: the prompt has been at the agent before that. */
const hearing =
  (heard: (at: number) => void) =>
  (world: World): World => ({
    ...world,
    agent: {
      ...world.agent,
      prompt: async function* (...args) {
        let first = true;
        for await (const update of world.agent.prompt(...args)) {
          if (first) heard(performance.now());
          first = false;
          yield update;
        }
      },
    },
  });

/**
 * From the visitor's POST to the agent's first word, over HTTP, with a warm pool. The floor is what cannot be left out:
 * the probe in the sandbox and the prompt itself, sent to the same agent with nothing of ours around them.
 */
export const benchWarmClaim = async (bench: Bench): Promise<readonly Row[]> => {
  const answered: { resolve?: (at: number) => void } = {};
  const server = await bench.serve(
    1,
    hearing((at) => answered.resolve?.(at)),
  );
  const visitor = await signIn(server.url);
  const claims: number[] = [];
  const floors: number[] = [];
  try {
    for (let round = 0; round <= CLAIMS; round += 1) {
      await untilWarm(server.url);
      const heard = new Promise<number>((resolve) => {
        answered.resolve = resolve;
      });
      const from = performance.now();
      const created = await visitor.create(PROMPT);
      const took = (await heard) - from;
      if (created.source !== 'pool') throw new Error('the pool was not warm');
      await until(async () => (await visitor.transcript(created.sessionId)).turns[0]?.endedAt);
      // The first round warms up.
      if (round > 0) {
        claims.push(took);
        floors.push(await floor(server, created.sessionId, created.slug));
      }
      await visitor.remove(created.sessionId);
    }
  } finally {
    await server.close();
  }
  const baseline = median(floors);
  return [
    {
      name: 'warm-claim-to-prompt-at-agent',
      median: rounded(median(claims), 1),
      p99: rounded(percentile(claims, 0.99), 1),
      unit: 'ms',
      baseline: rounded(baseline, 1),
      ratio: rounded(median(claims) / baseline, 2),
      goal: { at: 'max', value: 100, of: 'median' },
    },
  ];
};

const floor = async ({ world }: BenchServer, sessionId: string, slug: string): Promise<number> => {
  const sandbox = world.sandboxes.running(resourceName(slug));
  if (sandbox === undefined) throw new Error('the sandbox is gone');
  const token = bridgeToken(world, sessionId);
  const { agentSessionId } = await right(
    world.agent.openSession(sandbox, token, { cwd: '/app', systemPrompt: '' }, AbortSignal.timeout(10_000)),
  );
  const from = performance.now();
  await sandbox.exec({ cmd: ['echo', 'ok'], timeoutMs: 2_000 })();
  const prompt = { agentSessionId, promptId: `floor-${from}`, text: PROMPT };
  let first: number | undefined;
  for await (const _update of world.agent.prompt(sandbox, token, prompt, AbortSignal.timeout(10_000))) {
    first ??= performance.now() - from;
  }
  return first ?? Number.NaN;
};
