import type { Row } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';
import { sandboxMebibytes } from './support/memory.ts';
import type { Bench } from './support/server.ts';
import { signIn, until, type Visitor } from './support/visitor.ts';

/** Ten different first prompts, as ten visitors who come at the same moment would type them. */
const PROMPTS = [
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.',
  'A run tracker',
  'A waitlist that stores each signup and mails the owner',
  'A pricing page with e-mail capture',
  'A signup form that books people in and sends a welcome mail',
  'An internal dashboard that charts the app’s own analytics events',
  'A notebook with full-text search',
  'A bottom-tab mobile app that tracks each tab',
  'Projects with tasks, each task has a title, a due date and a status (open, doing, done)',
  'An expense tracker with charts and CSV export',
];

const LIMIT_MS = 600_000;
const LOOK_EVERY_MS = 2_000;
const ASK_EVERY_MS = 400;

type Built = {
  readonly sessionId: string;
  readonly ms: number;
  readonly agentMs: number;
  readonly ok: boolean;
};

/** From the visitor's POST to the end of the agent's turn, boot included. */
const build = async (visitor: Visitor, prompt: string): Promise<Built> => {
  const from = performance.now();
  const { sessionId } = await visitor.create(prompt);
  const turn = await until(
    async () => {
      const [first] = (await visitor.transcript(sessionId)).turns;
      return first?.endedAt === undefined ? undefined : first;
    },
    ASK_EVERY_MS,
    LIMIT_MS,
  );
  const agentMs = Date.parse(turn.endedAt ?? '') - Date.parse(turn.startedAt ?? '');
  const ok = turn.commit !== undefined;
  if (!ok) {
    const failed = turn.items.filter((item) => item.kind === 'tool' && item.status === 'failed');
    const why = [turn.error, ...failed, turn.items.at(-1)].filter(Boolean);
    process.stderr.write(`NOT BUILT (${turn.status}): ${prompt} ${JSON.stringify(why)}\n`);
  }
  return { sessionId, ms: performance.now() - from, agentMs, ok };
};

/**
 * Ten visitors at once on an empty pool: each gets a sandbox and a backend of its own booted, and an app built in it.
 * The baseline is the same for one visitor alone.
 */
export const benchTenBuilders = async (bench: Bench): Promise<readonly Row[]> => {
  // Asking again later is what a visitor of a server at its limit does; it is no error here.
  const server = await bench.serve(0, (world) => world, 'fatal');
  try {
    const visitors = await Promise.all(PROMPTS.map(() => signIn(server.url)));
    const [first] = visitors;
    if (first === undefined) return [];
    // The first round warms up.
    await first.remove((await build(first, PROMPTS[0] ?? '')).sessionId);
    const alone = await build(first, PROMPTS[0] ?? '');
    const one = await sandboxMebibytes();
    await first.remove(alone.sessionId);
    await until(async () => ((await sandboxMebibytes()) < one / 2 ? true : undefined), LOOK_EVERY_MS);

    let most = 0;
    let isBuilding = true;
    const watching = (async () => {
      while (isBuilding) {
        most = Math.max(most, await sandboxMebibytes());
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    })();
    const from = performance.now();
    const built = await Promise.all(visitors.map((visitor, index) => build(visitor, PROMPTS[index] ?? '')));
    const wall = performance.now() - from;
    isBuilding = false;
    await watching;
    const settled = await sandboxMebibytes();

    const times = built.map(({ ms }) => ms);
    return [
      {
        name: 'ten-builders finished',
        median: built.filter(({ ok }) => ok).length,
        unit: 'of 10',
        goal: { at: 'min', value: 10, of: 'median' },
      },
      {
        name: 'ten-builders',
        median: rounded(median(times), 0),
        p99: rounded(percentile(times, 0.99), 0),
        unit: 'ms',
        baseline: rounded(alone.ms, 0),
        ratio: rounded(median(times) / alone.ms, 2),
      },
      {
        name: 'ten-builders turn',
        median: median(built.map(({ agentMs }) => agentMs)),
        p99: percentile(
          built.map(({ agentMs }) => agentMs),
          0.99,
        ),
        unit: 'ms',
        baseline: alone.agentMs,
        ratio: rounded(median(built.map(({ agentMs }) => agentMs)) / alone.agentMs, 2),
      },
      { name: 'ten-builders all done', median: rounded(wall, 0), unit: 'ms' },
      {
        name: 'ten-builders memory, most',
        median: most,
        unit: 'MiB',
        baseline: one,
        ratio: rounded(most / Math.max(one, 1), 2),
      },
      {
        name: 'ten-builders memory, after',
        median: settled,
        unit: 'MiB',
        baseline: one,
        ratio: rounded(settled / Math.max(one, 1), 2),
      },
    ];
  } finally {
    await server.close();
  }
};
