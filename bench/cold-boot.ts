import { randomUUID } from 'node:crypto';
import { bootRequest, bridgeToken, type World } from '../commands/effects/context.ts';
import { newSessionId, slugOf } from '../commands/identifiers.ts';
import { resourceName } from '../domain/services.ts';
import { noSession } from '../domain/session/state.ts';
import { right } from '../domain/testing/outcome.ts';
import type { SessionView } from '../projections/views.ts';
import type { Row } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';
import type { Bench } from './support/server.ts';
import { signIn, until, type Visitor } from './support/visitor.ts';

const BOOTS = 12;

const msBetween = (from: string | undefined, to: string | undefined): number =>
  Date.parse(to ?? '') - Date.parse(from ?? '');

const bootOnce = async (visitor: Visitor): Promise<SessionView> => {
  const { sessionId } = await visitor.create();
  const view = await until(async () => {
    const current = await visitor.view(sessionId);
    return current.phase === 'ready' ? current : undefined;
  });
  await visitor.remove(sessionId);
  return view;
};

/**
 * A boot with nothing of ours around it: sandbox, agent, session, model, one after the other because each needs the one
 * before it. No boot can be faster than this.
 */
const bareBoot = async (world: World): Promise<number> => {
  const slug = slugOf(newSessionId());
  const signal = AbortSignal.timeout(60_000);
  const state = { ...noSession, sessionId: randomUUID(), slug };
  const token = bridgeToken(world, state.sessionId);
  const from = performance.now();
  const sandbox = await right(world.sandboxes.boot(bootRequest(world, { state, attemptId: '', signal })));
  await world.agent.initialize(sandbox, token, signal)();
  const { agentSessionId } = await right(
    world.agent.openSession(sandbox, token, { cwd: '/app', systemPrompt: '' }, signal),
  );
  await world.agent.setModel(sandbox, token, { agentSessionId, model: 'haiku' }, signal)();
  const took = performance.now() - from;
  await world.sandboxes.destroy(resourceName(slug))();
  return took;
};

/** From `SessionPlanned` to `SessionReady`, every service provisioned, with an empty pool; and where the time went. */
export const benchColdBoot = async (bench: Bench): Promise<readonly Row[]> => {
  const server = await bench.serve(0);
  const visitor = await signIn(server.url);
  const views: SessionView[] = [];
  const floors: number[] = [];
  try {
    // The first round warms up.
    for (let round = 0; round <= BOOTS; round += 1) {
      const view = await bootOnce(visitor);
      const floor = await bareBoot(server.world);
      if (round === 0) continue;
      views.push(view);
      floors.push(floor);
    }
  } finally {
    await server.close();
  }
  const totals = views.map(({ plannedAt, readyAt }) => msBetween(plannedAt, readyAt));
  const baseline = median(floors);
  const steps = views[0]?.checklist.map(({ step }) => step) ?? [];
  return [
    {
      name: 'cold-boot',
      median: median(totals),
      p99: percentile(totals, 0.99),
      unit: 'ms',
      baseline: rounded(baseline, 0),
      ratio: rounded(median(totals) / baseline, 2),
      goal: { at: 'max', value: 1_500, of: 'median' },
    },
    ...steps.map((name): Row => {
      const times = views.map(({ checklist }) => {
        const step = checklist.find((entry) => entry.step === name);
        return msBetween(step?.startedAt, step?.endedAt);
      });
      return { name: `cold-boot ${name}`, median: median(times), p99: percentile(times, 0.99), unit: 'ms' };
    }),
  ];
};
