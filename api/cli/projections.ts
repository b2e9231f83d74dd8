import type { ProjectionStatus } from '../../projections/status.ts';
import type { OperatorApi } from './operator-api.ts';

export const PROJECTIONS_USAGE = `projections        every view: version, how far behind, what is being built
rebuild <name>     builds a view anew beside the one that serves, and switches when it has caught up
rollback <name>    goes back to the table that served before`;

type Tools = { readonly api: OperatorApi; readonly say: (line: string) => void };

export const projections = async ({ api, say }: Tools): Promise<number> => {
  const { projections: all } = (await api.get('/api/projections')) as {
    readonly projections: readonly ProjectionStatus[];
  };
  for (const line of all.map(lineOf)) say(line);
  return 0;
};

/** `what` is `rebuild` or `rollback`; the answer is the view's state after the wish was taken. */
export const changeProjection = async (
  what: 'rebuild' | 'rollback',
  name: string | undefined,
  tools: Tools,
): Promise<number> => {
  if (name === undefined)
    throw new Error(`Name the view, e.g. ${what} session_view; "projections" lists them.`);
  const status = await tools.api.post(`/api/projections/${encodeURIComponent(name)}/${what}`);
  tools.say(lineOf(status as ProjectionStatus));
  return 0;
};

const lineOf = ({ name, version, serving, kept, building }: ProjectionStatus): string =>
  [
    `${name} v${version}`,
    serving === undefined ? 'nothing serves yet' : `serves ${serving.table}, ${serving.behind} events behind`,
    ...(kept === undefined ? [] : [`keeps ${kept.table}`]),
    ...(building === undefined ? [] : [`building ${building.table}: ${building.done} of ${building.total}`]),
  ].join(' · ');
