import type { World } from '../commands/effects/context.ts';
import type { AgentUpdate } from '../commands/ports/agent.ts';
import type { Sandbox } from '../commands/ports/sandboxes.ts';
import { checkApp } from '../commands/turns/checks.ts';
import { resourceName } from '../domain/services.ts';
import type { Row } from './row.ts';
import { median, percentile, rounded } from './statistics.ts';
import type { Bench } from './support/server.ts';
import { signIn, until, untilWarm } from './support/visitor.ts';

const FIRST = 'A recipe book';
/** Fields, features, looks: with a migration and without, with types to check and without. */
const FOLLOW_UPS = [
  'add a notes field',
  'add a rating field',
  'add search',
  'make it dark',
  'add a chart',
  'sort by newest',
  'add a tags field',
  'rename it to Nonna',
];
const ROUNDS = 2;
/** The turn itself says when it ended: asking more often only takes the processor from it. */
const ASK_EVERY_MS = 250;

/** Parts of a turn, by name, with what each took: ms. Nothing is noted while it is `paused`. */
type Took = { readonly parts: Map<string, number[]>; paused: boolean };

const note = ({ parts, paused }: Took, part: string, from: number): void => {
  if (!paused) parts.set(part, [...(parts.get(part) ?? []), performance.now() - from]);
};

const TOOLS: readonly (readonly [RegExp, string])[] = [
  [/db:change/, 'tables'],
  [/^tsc/, 'types'],
  [/^Count the rows/, 'rows'],
  [/^GET \/api/, 'api'],
  [/^GET \//, 'page'],
];
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/secrets\.ts/, 'guard'],
  [/git commit/, 'commit'],
  [/bin\/tsc/, 'check types'],
  [/check.*main\.ts|MK0R_CHECK_DIR\/main\.ts/, 'check page'],
];
const partOf = (names: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  names.find(([pattern]) => pattern.test(text))?.[1];

/** The agent's answer and its tools, as they come in. */
async function* timed(updates: AsyncIterable<AgentUpdate>, took: Took): AsyncGenerator<AgentUpdate> {
  const asked = performance.now();
  const open = new Map<string, { part: string | undefined; from: number }>();
  for await (const update of updates) {
    if (update.type === 'tool_call')
      open.set(update.toolCallId, { part: partOf(TOOLS, update.title), from: performance.now() });
    if (update.type === 'tool_result') {
      const { part, from } = open.get(update.toolCallId) ?? { part: undefined, from: 0 };
      if (part !== undefined) note(took, `agent: ${part}`, from);
    }
    yield update;
  }
  note(took, 'agent', asked);
}

const watched = (sandbox: Sandbox, took: Took): Sandbox => ({
  ...sandbox,
  exec: (request) => async () => {
    const from = performance.now();
    const result = await sandbox.exec(request)();
    const part = partOf(PROGRAMS, request.cmd.join(' '));
    if (part !== undefined) note(took, `platform: ${part}`, from);
    return result;
  },
});

const watching =
  (took: Took) =>
  (world: World): World => ({
    ...world,
    agent: { ...world.agent, prompt: (...args) => timed(world.agent.prompt(...args), took) },
    sandboxes: {
      ...world.sandboxes,
      running: (name) => {
        const sandbox = world.sandboxes.running(name);
        return sandbox && watched(sandbox, took);
      },
    },
  });

/**
 * A turn of the offline agent in a sandbox of this machine, from its start to its end, with what its parts take: some run
 * at the same time. The baseline is the two checks at its end alone, on the same app when nothing else happens.
 */
export const benchOfflineTurn = async (bench: Bench): Promise<readonly Row[]> => {
  const took: Took = { parts: new Map(), paused: false };
  const server = await bench.serve(1, watching(took));
  const visitor = await signIn(server.url);
  const first: number[] = [];
  const later: number[] = [];
  const floors: number[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      await untilWarm(server.url);
      const { sessionId, slug } = await visitor.create(FIRST);
      const ended = async (count: number): Promise<number> => {
        const turn = await until(async () => {
          const last = (await visitor.transcript(sessionId)).turns[count - 1];
          return last?.endedAt === undefined ? undefined : last;
        }, ASK_EVERY_MS);
        if (turn.commit === undefined)
          throw new Error(`${turn.status}: ${JSON.stringify(turn.error ?? turn.items.at(-1))}`);
        return Date.parse(turn.endedAt ?? '') - Date.parse(turn.startedAt ?? '');
      };
      const opening = await ended(1);
      // The first round warms up.
      if (round > 0) first.push(opening);
      for (const [index, prompt] of FOLLOW_UPS.entries()) {
        await visitor.tell(sessionId, prompt);
        const ms = await ended(index + 2);
        const sandbox = server.world.sandboxes.running(resourceName(slug));
        if (sandbox === undefined) throw new Error('the sandbox is gone');
        took.paused = true;
        const from = performance.now();
        await checkApp(sandbox, 'browser');
        took.paused = false;
        if (round === 0) continue;
        later.push(ms);
        floors.push(performance.now() - from);
      }
      if (round === 0) took.parts.clear();
      await visitor.remove(sessionId);
    }
  } finally {
    await server.close();
  }
  const baseline = rounded(median(floors), 0);
  const row = (name: string, times: readonly number[]): Row => ({
    name,
    median: rounded(median(times), 0),
    p99: rounded(percentile(times, 0.99), 0),
    unit: 'ms',
  });
  const withFloor = (name: string, times: readonly number[]): Row => ({
    ...row(name, times),
    baseline,
    ratio: rounded(median(times) / baseline, 2),
  });
  return [
    withFloor('offline-turn, first', first),
    { ...withFloor('offline-turn', later), goal: { at: 'max', value: 2_000, of: 'median' } },
    ...[...took.parts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([part, times]) => row(`offline-turn ${part}`, times)),
  ];
};
