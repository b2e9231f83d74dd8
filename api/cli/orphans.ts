import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type HeldView,
  type OrphansView,
  type SweepRunning,
  TOO_MUCH_ABSENT,
} from '../../projections/operator-views.ts';
import type { SweepView } from '../application/operators.ts';
import { plain } from './columns.ts';
import type { OperatorApi } from './operator-api.ts';

export const ORPHANS_USAGE = `orphans            what is left over at the providers, cannot be released, or is missing
orphans --release  look again, release it, and try once more what was given up on`;

const LOOK_MS = 2_000;
/** Two looks at the providers of two minutes each, after one that the server had begun by itself, and releases. */
const LIMIT_MINUTES = 15;

type Means = {
  readonly api: OperatorApi;
  readonly say: (line: string) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
};

/** Prints what the janitor knows; with `--release` sweeps first. Answers the process's exit code: 1 where something stays. */
export const orphans = async (args: readonly string[], means: Means): Promise<number> => {
  const { api, say } = means;
  const { values } = parseArgs({
    args: [...args],
    options: { release: { type: 'boolean', default: false } },
  });
  if (values.release) {
    const answer = (await api.post('/api/orphans/release')) as SweepView | SweepRunning;
    if ('state' in answer) await ended(answer, means);
    else for (const line of sweepLines(answer)) say(line);
  }
  const view = await known(api);
  for (const line of viewLines(view)) say(line);
  return view.orphans.length + view.stuck.length > 0 ? 1 : 0;
};

const known = async (api: OperatorApi): Promise<OrphansView> =>
  (await api.get('/api/orphans')) as OrphansView;

const ended = async ({ since }: SweepRunning, { api, say, wait = sleep }: Means): Promise<void> => {
  say('the providers take long to answer: the sweep goes on in the server, and is waited for');
  for (let waited = 0; waited < LIMIT_MINUTES * 60_000; waited += LOOK_MS) {
    await wait(LOOK_MS);
    const { sweeping, sweptAt = '' } = await known(api);
    if (sweeping === true) continue;
    if (sweptAt > since) return;
    throw new Error(
      'The sweep did not come to its end: it failed, which the log of the server says, or the server was started ' +
        'anew. Ask again.',
    );
  }
  throw new Error(
    `The sweep has not ended within ${LIMIT_MINUTES} minutes. It goes on in the server, whose log says what it does; ` +
      '`mk0r orphans` shows when it last looked and what is left.',
  );
};

const sweepLines = (sweep: SweepView): readonly string[] => [
  `found ${sweep.found}, released ${sweep.released}, failed ${sweep.failed}, ` +
    `missing ${sweep.missing}, tried again ${sweep.retried}`,
  ...sweep.unreachable.map(({ service, code }) =>
    code === TOO_MUCH_ABSENT
      ? `${service} lacks more than a fifth of what sessions have: check that its key is of the same account. ` +
        'Nothing is taken for lost'
      : `${service} did not answer (${code}): what it holds is not known`,
  ),
];

const viewLines = ({ sweptAt, orphans: found, stuck, missing }: OrphansView): readonly string[] => [
  sweptAt === undefined ? 'not looked yet since the server started' : `last looked at ${sweptAt}`,
  ...found.map(
    ({ service, name, why, foundAt, error }) =>
      `orphan   ${service} ${plain(name, 80)} (${WHY[why]}, found ${foundAt})${because(error)}`,
  ),
  ...stuck.map((held) => heldLine('stuck', held)),
  ...missing.map((held) => heldLine('missing', held)),
  ...(found.length + stuck.length + missing.length === 0
    ? ['nothing is left over, and nothing is missing']
    : []),
];

const WHY = {
  no_session: 'of no session',
  released: 'given back, and there still',
  double: 'beside the one in use',
} as const;

const heldLine = (what: string, { service, name, since, sessionId, error }: HeldView): string =>
  `${what.padEnd(8)} ${service} ${plain(name, 80)} (session ${sessionId}, since ${since})${because(error)}`;

const because = (error: { readonly code: string; readonly message: string } | undefined): string =>
  error === undefined ? '' : `: ${plain(error.code, 40)}, ${plain(error.message, 400)}`;
