import { parseArgs } from 'node:util';
import type { HeldView, OrphansView } from '../../projections/operator-views.ts';
import type { SweepView } from '../application/operators.ts';
import { plain } from './columns.ts';
import type { OperatorApi } from './operator-api.ts';

export const ORPHANS_USAGE = `orphans            what is left over at the providers, cannot be released, or is missing
orphans --release  look again, release it, and try once more what was given up on`;

/** Prints what the janitor knows; with `--release` sweeps first. Answers the process's exit code: 1 where something stays. */
export const orphans = async (
  args: readonly string[],
  { api, say }: { readonly api: OperatorApi; readonly say: (line: string) => void },
): Promise<number> => {
  const { values } = parseArgs({
    args: [...args],
    options: { release: { type: 'boolean', default: false } },
  });
  if (values.release)
    for (const line of sweepLines((await api.post('/api/orphans/release')) as SweepView)) say(line);
  const view = (await api.get('/api/orphans')) as OrphansView;
  for (const line of viewLines(view)) say(line);
  return view.orphans.length + view.stuck.length > 0 ? 1 : 0;
};

const sweepLines = (sweep: SweepView): readonly string[] => [
  `found ${sweep.found}, released ${sweep.released}, failed ${sweep.failed}, ` +
    `missing ${sweep.missing}, tried again ${sweep.retried}`,
  ...sweep.unreachable.map(({ service, code }) =>
    code === 'too_much_absent'
      ? `${service} lacks most of what sessions have: check that its key is of the same account. Nothing is taken for lost`
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
