import type { Failpoint } from '../../support/ledger/failpoints.ts';
import type { Chapter } from './chapters/chapter.ts';
import { type Findings, findingsOf } from './invariants.ts';
import { type Death, openStage } from './stage.ts';

/** A chapter as it was played: whoever was to be killed where, and what was found afterwards. */
export type Run = {
  readonly chapter: string;
  readonly seed: number;
  readonly failpoints: readonly Failpoint[];
  readonly deaths: readonly Death[];
  readonly passed: Readonly<Record<string, number>>;
  readonly findings: Findings;
};

export type Play = Pick<Run, 'seed' | 'failpoints'> & { readonly script: string };

/**
 * Plays a chapter over servers that are killed at these points, one after the other. Then all is quiet: what is still to
 * be done is done, and the operator looks once for what is left over.
 */
export const playChapter = async (
  { name, play, ...options }: Chapter,
  { seed, failpoints, script }: Play,
): Promise<Run> => {
  const { stage, leave, close } = await openStage({ ...options, seed, failpoints, script });
  try {
    await play(stage);
    stage.outside.agent.will({ says: 'Done.' });
    await stage.rest();
    await stage.ask('releaseOrphans', { commandId: stage.commandId() });
    await stage.rest();
    const played = await leave();
    const findings = await findingsOf(played, stage.outside);
    const { deaths, passed } = played;
    return { chapter: name, seed, failpoints, deaths, passed, findings };
  } catch (error) {
    const events = stage
      .log()
      .slice(-12)
      .map(({ stream, type, data }) => `  ${stream} ${type} ${JSON.stringify(data)}`);
    const told = error instanceof Error ? error.message : String(error);
    throw new Error(`${describeRun({ chapter: name, seed, failpoints })}: ${told}\n${events.join('\n')}`);
  } finally {
    await close();
  }
};

export const describeRun = ({
  chapter,
  seed,
  failpoints,
}: Pick<Run, 'chapter' | 'seed' | 'failpoints'>): string =>
  `${chapter} (MK0R_SEED=${seed}), killed at ${failpoints.map(({ point, nth }) => `${point} #${nth}`).join(', then ') || 'no point'}`;

export const wasKilledEverywhere = ({ deaths, failpoints }: Run): boolean =>
  deaths.length === failpoints.length;
