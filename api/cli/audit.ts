import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type Either, mapLeft } from 'fp-ts/lib/Either.js';
import { isKnownType } from '../../domain/schema.ts';
import { sessionStream } from '../../domain/session/events.ts';
import { matches } from '../../projections/audit/filter.ts';
import type { AuditEvent, ChainLink } from '../../projections/audit-views.ts';
import { sessionList } from '../../projections/session-list/index.ts';
import type { CommandError } from '../application/command.ts';
import type { Words } from '../application/histories.ts';
import { createHistories, toAudit } from '../composition/audit.ts';
import { findHead } from '../composition/hub.ts';
import { columns, plain } from './columns.ts';
import type { Command } from './command.ts';
import { foldLog } from './fold-log.ts';
import { json } from './json.ts';
import { type Log, orThrow, withLog } from './open-log.ts';

const SUMMARY_CHARS = 120;

const OPTIONS = {
  at: { type: 'string' },
  chain: { type: 'string' },
  verify: { type: 'boolean' },
  json: { type: 'boolean' },
  export: { type: 'string' },
  masked: { type: 'boolean' },
  type: { type: 'string', multiple: true },
  actor: { type: 'string' },
  step: { type: 'string' },
  text: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** A session's whole history, from the log itself. */
export const audit: Command = {
  usage: `audit <session>                  everything that happened to it, by id or slug: when, by whom, what
audit <session> --type <type>    those events; likewise --actor, --step and --text, and all of them together
audit <session> --json           the same, one event a line, whole
audit <session> --export <file>  the same into a new file, which only you may read
audit <session> --chain <n>      what led to event n, and what came of it
audit <session> --at <n>         the session and its conversation as they were after event n, as JSON
audit <session> --verify         checks every seal; names the first event that does not fit, and fails
audit <session> … --masked       without what people and agents said, to be handed on`,

  run: async (args, { config, say }) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [asked] = positionals;
    if (asked === undefined || positionals.length > 1) throw new Error('Say which session: audit <session>.');
    requireSense(values);
    return withLog(config, async (log) => {
      const looked = look(log, await sessionNamed(log, asked), values.masked === true ? 'masked' : 'shown');
      if (values.verify === true) return verify(looked, say);
      if (values.at !== undefined) say(await stateAfter(looked, values.at));
      else if (values.chain !== undefined) for (const line of await chain(looked, values.chain)) say(line);
      else show(await found(looked, values), values, say);
      return 0;
    });
  },
};

const requireSense = ({
  verify: isVerify,
  at,
  chain: of,
  export: file,
  json: asJson,
  type = [],
}: Values): void => {
  const wishes = [isVerify, at, of, file, asJson].filter((wish) => wish !== undefined);
  if (wishes.length > 1)
    throw new Error('Ask for --verify, --at, --chain, --json and --export one at a time.');
  const unknown = type.find((each) => !isKnownType(each));
  if (unknown !== undefined) throw new Error(`There is no event type ${plain(unknown, 40)}.`);
};

const look = ({ store, reader }: Log, sessionId: string, words: Words) => {
  const histories = createHistories({ reader, store, findHead: (sessionId) => findHead(store, sessionId) });
  const all = async (): Promise<readonly AuditEvent[]> =>
    orThrow(await reader.session(sessionId)()).map((event) => toAudit(event, words));
  return { sessionId, words, histories, all };
};

type Looked = ReturnType<typeof look>;

/** Ids are asked for; slugs are what people see, so they are looked for when there is no such id. */
const sessionNamed = async (log: Log, asked: string): Promise<string> => {
  const [first] = orThrow(await log.store.readStream(sessionStream(asked), { limit: 1 })());
  if (first !== undefined) return asked;
  const sessions = await foldLog(sessionList, log.past);
  const named = [...sessions].find(([, { item }]) => item.slug === asked)?.[0];
  if (named !== undefined) return named;
  throw new Error(`The log knows no session ${plain(asked, 40)}. List them with: npm run mk0r -- sessions`);
};

const found = async (
  { all }: Looked,
  { type, actor, step, text }: Values,
): Promise<readonly AuditEvent[]> => {
  const filter = {
    ...(type === undefined ? {} : { types: new Set(type) }),
    ...(actor === undefined ? {} : { actor }),
    ...(step === undefined ? {} : { step }),
    ...(text === undefined ? {} : { text }),
  };
  return (await all()).filter((event) => matches(filter, event));
};

const show = (
  events: readonly AuditEvent[],
  { json: asJson, export: file }: Values,
  say: (line: string) => void,
): void => {
  if (file !== undefined) {
    written(file, events);
    say(`${events.length} events written to ${file}.`);
  } else if (asJson === true) for (const event of events) say(json(event));
  else for (const line of columns(events.map(toLine))) say(line);
};

/** Never over another file, and for nobody else to read: it holds what people said. */
const written = (file: string, events: readonly AuditEvent[]): void => {
  const text = events.map((event) => `${json(event)}\n`).join('');
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new Error(`There is a file ${basename(file)} already. Name another one.`);
    throw new Error(`${file} cannot be written (${code}). Name a file in a directory that is there.`);
  }
};

const verify = async ({ histories, sessionId }: Looked, say: (line: string) => void): Promise<number> => {
  const { events, firstBad } = orThrow(described(await histories.verify(sessionId)()));
  if (firstBad === undefined) {
    say(`${events} events, and every seal fits.`);
    return 0;
  }
  const { pos, type, reason, expected, actual } = firstBad;
  const named = type === undefined ? '' : ` (${plain(type, 40)})`;
  say(
    `Event ${pos}${named} does not fit: ${reason}.\n  expected ${expected}\n  found    ${plain(actual, 80)}`,
  );
  return 1;
};

const stateAfter = async ({ histories, sessionId, words, all }: Looked, asked: string): Promise<string> => {
  const revision = revisionOf('--at', asked, (await all()).length - 1);
  const state = orThrow(described(await histories.stateAt(sessionId, revision, words)()));
  return json(state, 2);
};

const chain = async (
  { histories, sessionId, words, all }: Looked,
  asked: string,
): Promise<readonly string[]> => {
  const pos = revisionOf('--chain', asked, (await all()).length - 1);
  const { event, ancestors, descendants, truncated } = orThrow(
    described(await histories.chain(sessionId, pos, words)()),
  );
  const rows = [
    ...ancestors.toReversed().map((link) => [`${link.depth} back`, ...toLinkLine(link)]),
    ['this', ...toLine(event)],
    ...descendants.map((link) => [`${link.depth} on`, ...toLinkLine(link)]),
  ];
  return [...columns(rows), ...(truncated ? ['and more, which is left out here'] : [])];
};

const toLinkLine = (link: ChainLink): readonly string[] => {
  if (link.kind === 'event') return toLine(link.event);
  const who = link.kind === 'command' ? link.actor : `process-manager:${link.name}`;
  return ['', '', plain(who, 40), '', link.kind === 'command' ? 'A command' : 'Of its own accord'];
};

const revisionOf = (option: string, asked: string, last: number): number => {
  const revision = Number(asked);
  if (!/^\d+$/.test(asked) || revision > last)
    throw new Error(`${option} takes a revision from 0 to ${last}.`);
  return revision;
};

/** Whatever keeps a history from being read has a message, but for a session that is not there. */
const described = <A>(result: Either<CommandError, A>): Either<{ readonly message: string }, A> =>
  mapLeft((error: CommandError) =>
    error.tag === 'NotFound' ? { message: 'This session does not begin with its plan.' } : error,
  )(result);

const toLine = ({ pos, at, actor, type, summary }: AuditEvent): readonly string[] => [
  String(pos).padStart(5),
  at,
  plain(actor, 40),
  plain(type, 40),
  plain(summary, SUMMARY_CHARS),
];
