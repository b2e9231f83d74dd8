import { parseArgs } from 'node:util';
import type { StoredEvent } from '../../commands/ports/event-store.ts';
import { verifySeals } from '../../commands/seal.ts';
import { sessionStream } from '../../domain/session/events.ts';
import type { PublicEvent } from '../../projections/live.ts';
import { sessionList } from '../../projections/session-list/index.ts';
import { evolveSessionView } from '../../projections/session-view/evolve.ts';
import { evolveTranscript } from '../../projections/transcript-view/evolve.ts';
import type { SessionView, TranscriptView } from '../../projections/views.ts';
import { toPublic } from '../composition/hub.ts';
import { columns, plain } from './columns.ts';
import type { Command } from './command.ts';
import { foldLog } from './fold-log.ts';
import { type Log, orThrow, withLog } from './open-log.ts';

const DATA_CHARS = 120;

/** A session's whole history, from the log itself. */
export const audit: Command = {
  usage: `audit <session>            everything that happened to it, by id or slug: when, by whom, what
audit <session> --json     the same, one event a line, whole
audit <session> --at <n>   the session and its conversation as they were after event n, as JSON
audit <session> --verify   checks every seal; names the first event that does not fit, and fails`,

  run: async (args, { config, say }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { at: { type: 'string' }, verify: { type: 'boolean' }, json: { type: 'boolean' } },
    });
    const [asked] = positionals;
    if (asked === undefined || positionals.length > 1) throw new Error('Say which session: audit <session>.');
    return withLog(config, async (log) => {
      const sessionId = await sessionNamed(log, asked);
      if (values.verify === true) return verified(log, sessionId, say);
      const events = orThrow(await log.reader.session(sessionId)());
      if (values.at !== undefined) say(stateAfter(events.map(toPublic), values.at));
      else if (values.json === true) for (const event of events) say(JSON.stringify(event));
      else for (const line of columns(events.map(toLine))) say(line);
      return 0;
    });
  },
};

/** Ids are asked for; slugs are what people see, so they are looked for when there is no such id. */
const sessionNamed = async (log: Log, asked: string): Promise<string> => {
  const [first] = orThrow(await log.store.readStream(sessionStream(asked), { limit: 1 })());
  if (first !== undefined) return asked;
  const sessions = await foldLog(sessionList, log.feed);
  const found = [...sessions].find(([, { item }]) => item.slug === asked)?.[0];
  if (found !== undefined) return found;
  throw new Error(`The log knows no session ${plain(asked, 40)}. List them with: npm run mk0r -- sessions`);
};

const verified = async (log: Log, sessionId: string, say: (line: string) => void): Promise<number> => {
  const { events, firstBad } = verifySeals(orThrow(await log.store.readStream(sessionStream(sessionId))()));
  if (firstBad === undefined) say(`${events} events, and every seal fits.`);
  else say(`Event ${firstBad.pos} of ${events} does not fit: ${firstBad.reason}.`);
  return firstBad === undefined ? 0 : 1;
};

const stateAfter = (events: readonly PublicEvent[], asked: string): string => {
  const last = events.length - 1;
  const at = Number(asked);
  if (!/^\d+$/.test(asked) || at > last) throw new Error(`--at takes a revision from 0 to ${last}.`);
  const past = events.slice(0, at + 1);
  const view = past.reduce<SessionView | undefined>(evolveSessionView, undefined);
  const transcript = past.reduce<TranscriptView | undefined>(evolveTranscript, undefined);
  return JSON.stringify({ view, transcript }, null, 2);
};

const toLine = ({ revision, type, data, metadata }: StoredEvent): readonly string[] => [
  String(revision).padStart(5),
  metadata.at,
  plain(metadata.actor, 40),
  plain(type, 40),
  plain(JSON.stringify(data), DATA_CHARS),
];
