import { BY_HAND, byHand } from './story/by-hand.ts';
import { DATA, data, FORK, fork } from './story/data.ts';
import { FAILED, failed } from './story/failed.ts';
import { FORGOTTEN, forgotten, pool } from './story/forgotten.ts';
import { FULL, full } from './story/full.ts';
import { janitor } from './story/janitor.ts';
import { PICTURES, pictures } from './story/pictures.ts';
import { QUICK, quick } from './story/quick.ts';
import { RENEWED, renewed } from './story/renewed.ts';
import { TAKEN_OVER, takenOver } from './story/taken-over.ts';
import { USED, used } from './story/used.ts';

type Facts = readonly { readonly type: string; readonly data: unknown }[];

type Chapter = {
  readonly stream: string;
  readonly facts: Facts;
  /** The session whose words it holds, and whether its key is gone. */
  readonly session?: { readonly id: string; readonly isForgotten: boolean };
};

const ofSession = (id: string, facts: Facts, isForgotten = false): Chapter => ({
  stream: `session-${id}`,
  facts,
  session: { id, isForgotten },
});

/** What is recorded as the history of a release: between them these hold every type of event there is. */
export const STORY: Readonly<Record<string, Chapter>> = {
  'session-full': ofSession(FULL, full),
  'session-by-hand': ofSession(BY_HAND, byHand),
  'session-data': ofSession(DATA, data),
  'session-taken-over': ofSession(TAKEN_OVER, takenOver),
  'session-quick': ofSession(QUICK, quick),
  'session-fork': ofSession(FORK, fork),
  'session-pictures': ofSession(PICTURES, pictures),
  'session-used': ofSession(USED, used),
  'session-failed': ofSession(FAILED, failed),
  'session-renewed': ofSession(RENEWED, renewed),
  'session-forgotten': ofSession(FORGOTTEN, forgotten, true),
  pool: { stream: 'pool-5d41402abc4b2a76', facts: pool },
  janitor: { stream: 'janitor', facts: janitor },
};
