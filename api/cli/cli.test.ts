import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checksumOf } from '../../adapters/event-store/checksum.ts';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { openSqliteVault } from '../../adapters/vault/sqlite.ts';
import { createHandlers } from '../../commands/handler.ts';
import { createJournal } from '../../commands/journal.ts';
import { systemClock } from '../../commands/ports/clock.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { claimed, planned, ready, submitted, turn } from '../../domain/testing/histories.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { readConfig } from '../config.ts';
import { lockDataDir } from '../lifecycle/data-dir-lock.ts';
import { COMMANDS, help } from './commands.ts';

const MASTER_KEY = 'c2'.repeat(32);
const WORDS = 'Build me a habit tracker.';
/** As ESC and as the one character C1 has for it; and what turns text around, is not seen, or is beyond the first plane. */
const OBEYED = '\u001b[2J\u009b2J\u007f\u202e\u200b\u2028\u{e0041}';
const [ONE, TWO] = ['aaaaaaaaaaaa11111111', 'bbbbbbbbbbbb22222222'];
const claimedBefore: readonly SessionEvent[] = [
  ...ready({ sessionId: ONE, slug: ONE.slice(0, 12) }),
  claimed(),
  submitted('turn-1', `${WORDS}${OBEYED}`),
  ...turn('turn-2', 'b'.repeat(40), '0'.repeat(40)),
];
const waiting: readonly SessionEvent[] = [planned({ sessionId: TWO, slug: TWO.slice(0, 12) })];

let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mk0r-cli-'));
  mkdirSync(join(dataDir, 'log'));
  const store = rightOf(openSqliteEventStore({ file: join(dataDir, 'log', 'events.db') }));
  const vault = rightOf(
    openSqliteVault({ file: join(dataDir, 'log', 'vault.db'), masterKey: Buffer.from(MASTER_KEY, 'hex') }),
  );
  const deps = { store, vault, cipher: { encryptField, decryptField }, clock: systemClock };
  const handlers = createHandlers(createJournal(deps), systemClock);
  for (const [sessionId, events] of [
    [ONE, claimedBefore],
    [TWO, waiting],
  ] as const) {
    await vault.openSession(sessionId)();
    const cause = { key: sessionId, causationId: 'c', correlationId: 'c', actor: 'operator' } as const;
    await handlers.session(sessionId, () => E.right(events), cause)();
  }
  vault.close();
  await store.close();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const run = async (name: string, ...args: readonly string[]) => {
  const lines: string[] = [];
  const config = rightOf(readConfig({ MK0R_DATA_DIR: dataDir, MK0R_MASTER_KEY: MASTER_KEY }));
  const code = await COMMANDS[name]?.run(args, { config, say: (line) => lines.push(line) });
  return { code, lines, text: lines.join('\n') };
};

/** Changes the first event behind the store's back, and takes it back again; somebody careful redoes its checksum. */
const changeFirst = (
  change: (row: { readonly data: string }) => string,
  how: 'covering its tracks' | 'clumsily',
): (() => void) => {
  const db = new DatabaseSync(join(dataDir, 'log', 'events.db'));
  const row = db.prepare('SELECT id, type, data, metadata, checksum FROM events WHERE position = 1').get();
  const { id, type, data, metadata, checksum } = row as {
    readonly [column in 'id' | 'type' | 'data' | 'metadata']: string;
  } & { readonly checksum: number };
  const guard = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'events_are_never_changed'").get();
  const write = (text: string, sum: number): void => {
    db.exec('DROP TRIGGER events_are_never_changed');
    db.prepare('UPDATE events SET data = ?, checksum = ? WHERE position = 1').run(text, sum);
    db.exec(String(guard?.sql));
  };
  const changed = change({ data });
  const redone = checksumOf(`session-${ONE}`, 0, { id, type, data: changed, metadata });
  write(changed, how === 'clumsily' ? checksum : redone);
  return () => {
    write(data, checksum);
    db.close();
  };
};

describe('audit', () => {
  test('tells every event of a session in order, with what was said in it', async () => {
    const { lines, text } = await run('audit', ONE);
    expect(lines).toHaveLength(claimedBefore.length);
    expect(lines.map((line) => line.trim().split(/\s+/)[3])).toEqual(claimedBefore.map(({ type }) => type));
    expect(text).toContain(WORDS);
  });

  test('knows a session by its slug, too', async () => {
    expect((await run('audit', TWO.slice(0, 12))).lines).toHaveLength(1);
  });

  test.each([
    [],
    ['--json'],
    ['--at', String(claimedBefore.length - 1)],
    ['--chain', String(claimedBefore.findIndex(({ type }) => type === 'TurnSubmitted'))],
  ])('lets nobody else speak to the terminal, asked %s %s', async (...args) => {
    const { text } = await run('audit', ONE, ...args);
    expect(text).toContain(WORDS);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  test('tells in JSON exactly what was said all the same', async () => {
    const { lines } = await run('audit', ONE, '--json', '--type', 'TurnSubmitted');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ data: { prompt: `${WORDS}${OBEYED}` } });
    const { text } = await run('audit', ONE, '--at', String(claimedBefore.length - 1));
    expect(JSON.parse(text).transcript.turns[0].prompt).toBe(`${WORDS}${OBEYED}`);
  });

  test('shows the session as it was', async () => {
    const { view, transcript } = JSON.parse((await run('audit', ONE, '--at', '0')).text);
    expect(view).toMatchObject({ sessionId: ONE, phase: 'booting', revision: 0 });
    expect(transcript.turns).toEqual([]);
    const last = JSON.parse((await run('audit', ONE, '--at', String(claimedBefore.length - 1))).text);
    expect(last.view).toMatchObject({ phase: 'ready', title: expect.stringContaining(WORDS) });
  });

  test('exports whole events', async () => {
    const events = (await run('audit', ONE, '--json')).lines.map((line) => JSON.parse(line));
    expect(events.map(({ pos }) => pos)).toEqual(claimedBefore.map((_, index) => index));
    expect(events[0]).toMatchObject({
      type: 'SessionPlanned',
      seal: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('shows the events of a type, of an actor, of a step, or those that hold a word', async () => {
    const types = async (...args: readonly string[]) =>
      (await run('audit', ONE, ...args)).lines.map((line) => line.trim().split(/\s+/)[3]);
    expect(await types('--type', 'SessionReady', '--type', 'EnvWritten')).toEqual([
      'EnvWritten',
      'SessionReady',
    ]);
    expect(await types('--step', 'neon')).toEqual(['StepStarted', 'NeonProvisioned']);
    expect(await types('--actor', 'visitor')).toEqual([]);
    expect(await types('--actor', 'operator')).toHaveLength(claimedBefore.length);
    expect(await types('--text', 'HABIT')).toEqual(['TurnSubmitted', 'TurnSubmitted']);
  });

  test('tells what led to an event, and what came of it', async () => {
    const started = claimedBefore.findIndex(({ type }) => type === 'StepStarted');
    const { text } = await run('audit', ONE, '--chain', String(started));
    expect(text).toMatch(/^1 back +operator +A command\n/);
    expect(text).toMatch(new RegExp(`\\nthis +${started} +.*StepStarted`));
  });

  test('exports what matches to a file of its own, which nobody else may read', async () => {
    const file = join(dataDir, 'export.ndjson');
    const { text } = await run('audit', ONE, '--export', file, '--step', 'neon');
    expect(text).toBe(`2 events written to ${file}.`);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(run('audit', ONE, '--export', file)).rejects.toThrow(
      'There is a file export.ndjson already',
    );
  });

  test('leaves out what was said, where it is to be handed on', async () => {
    const { text } = await run('audit', ONE, '--json', '--masked');
    expect(text).toContain('[personal]');
    expect(text).not.toContain('habit');
    expect(await run('audit', ONE, '--at', '999999', '--masked').catch(String)).toContain(
      '--at takes a revision',
    );
  });

  test('checks every seal, and fails at the first that does not fit', async () => {
    expect(await run('audit', ONE, '--verify')).toMatchObject({
      code: 0,
      text: expect.stringContaining('every seal fits'),
    });
    const undo = changeFirst(({ data }) => data.replace('haiku', 'opus'), 'covering its tracks');
    expect(await run('audit', ONE, '--verify')).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /^Event 0 \(SessionPlanned\) does not fit: .*\n {2}expected [0-9a-f]{64}\n {2}found {4}[0-9a-f]{64}$/,
      ),
    });
    undo();
  });

  test.each(['audit', 'sessions', 'pool'])(
    '%s names a damaged event, and does not wait for it',
    async (name) => {
      const undo = changeFirst(({ data }) => data.replace('haiku', 'opus'), 'clumsily');
      await expect(run(name, ...(name === 'audit' ? [ONE] : []))).rejects.toThrow(/event 0 of session-a+1+/);
      undo();
    },
  );

  test.each([
    [[], 'Say which session'],
    [['nobody'], 'knows no session nobody'],
    [[ONE, '--at', '999'], '--at takes a revision from 0 to'],
    [[ONE, '--at', 'x'], '--at takes a revision'],
    [[ONE, '--chain', '999'], '--chain takes a revision from 0 to'],
    [[ONE, '--type', 'Nonsense'], 'There is no event type Nonsense'],
    [[ONE, '--verify', '--at', '1'], 'one at a time'],
  ])('says what is wrong with %j', async (args, message) => {
    await expect(run('audit', ...args)).rejects.toThrow(message);
  });
});

describe('views of the log', () => {
  test('sessions lists what is open', async () => {
    const { text } = await run('sessions');
    expect(text).toMatch(/aaaaaaaaaaaa {2}ready .* claimed/);
    expect(text).toMatch(/bbbbbbbbbbbb {2}booting .* unclaimed/);
    expect(text).toContain('2 of 2 sessions');
  });

  test('pool says what stands ready', async () => {
    expect((await run('pool')).text).toMatch(/spec spec-one: 0 ready of 1 wanted, 1 booting\n {2}bbbb/);
  });
});

describe('rebuild', () => {
  test('builds views where there were none, again beside them, and goes back', async () => {
    expect((await run('rebuild', 'session_view')).lines.at(-1)).toMatch(/^session_view_v\d+ serves$/);
    expect((await run('rebuild', 'session_view')).lines.at(-1)).toMatch(/^session_view_v\d+~2 serves$/);
    expect((await run('projections')).text).toMatch(
      /session_view +session_view_v\d+~2 +serving +0 events behind\nsession_view +session_view_v\d+ +kept +0 events behind/,
    );
    expect((await run('rollback', 'session_view')).lines.at(-1)).toMatch(/^session_view_v\d+ serves$/);
  });

  test('says when there is nothing to go back to', async () => {
    await run('rebuild', 'pool_view');
    await expect(run('rollback', 'pool_view')).rejects.toThrow('nothing to go back to');
  });

  test('leaves a running server’s views to it, and says what to do', async () => {
    const { release } = rightOf(lockDataDir(dataDir));
    await expect(run('rebuild', 'session_view')).rejects.toThrow(
      /A server runs on .* ADMIN_TOKEN .* or stop it/,
    );
    release();
  });

  test('names the projections there are', async () => {
    await expect(run('rebuild', 'sesion_view')).rejects.toThrow('rebuild <session_view | transcript_view');
  });
});

describe('a directory that is none of a server', () => {
  test('is left as it is, and what to set is said', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'mk0r-cli-'));
    writeFileSync(join(empty, 'notes.txt'), '');
    const config = rightOf(readConfig({ MK0R_DATA_DIR: empty }));
    const terminal = { config, say: () => undefined };
    for (const [name, ...args] of [
      ['sessions'],
      ['pool'],
      ['projections'],
      ['audit', ONE],
      ['rebuild', 'pool_view'],
    ])
      await expect(COMMANDS[name ?? '']?.run(args, terminal)).rejects.toThrow('MK0R_DATA_DIR');
    expect(readdirSync(empty)).toEqual(['notes.txt']);
    rmSync(empty, { recursive: true });
  });
});

test('the help names every command', () => {
  for (const name of Object.keys(COMMANDS)) expect(help()).toContain(`  ${name}`);
});
