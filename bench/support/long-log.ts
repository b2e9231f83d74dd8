import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import * as E from 'fp-ts/lib/Either.js';
import { eventStoreFile } from '../../adapters/event-store/sqlite.ts';
import { preparedAppend } from '../../adapters/event-store/sqlite-append.ts';
import { toRow } from '../../adapters/event-store/sqlite-rows.ts';
import { openSqliteFile } from '../../adapters/sqlite-file/open-file.ts';
import { encryptField } from '../../adapters/vault/personal-fields.ts';
import { encodeData } from '../../commands/event-codec.ts';
import { eventId } from '../../commands/identifiers.ts';
import type { Json, NewEvent } from '../../commands/ports/event-store.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { type SessionEvent, sessionStream } from '../../domain/session/events.ts';
import { claimed, later, ready, sha, started, T0 } from '../../domain/testing/histories.ts';

/** Sessions that are worked on at the same time; their events alternate in the log. */
const AT_ONCE = 100;
const SEAL = 'c2a9'.repeat(16);
const WORDS = 'The streak is counted from the check-ins of the last days, so that it survives a refresh. ';

/** What one turn of an agent leaves in the log: some words, some tools, a commit, a push. */
const turnOf = (turn: number): readonly SessionEvent[] => {
  const [turnId, attemptId] = [`turn-${turn}`, `turn-${turn}#1`];
  const at = { turnId, attemptId };
  const [commit, parent] = [
    `${turn + 1}`.padStart(40, 'a'),
    turn === 0 ? sha('0') : `${turn}`.padStart(40, 'a'),
  ];
  const tools = Array.from({ length: 6 }, (_, tool): readonly SessionEvent[] => {
    const toolCallId = `call-${tool}`;
    const path = `/app/src/habits/part-${tool}.tsx`;
    return [
      { type: 'AgentSaid', data: { ...at, kind: 'message', text: WORDS.repeat(2) } },
      { type: 'ToolCalled', data: { ...at, toolCallId, kind: 'edit', title: `Edit part-${tool}.tsx`, path } },
      {
        type: 'ToolReturned',
        data: {
          ...at,
          toolCallId,
          status: 'completed',
          diff: { path, added: 9, removed: 2, patch: WORDS.repeat(4) },
        },
      },
    ];
  });
  return [
    { type: 'TurnSubmitted', data: { turnId, prompt: WORDS } },
    { type: 'TurnStarted', data: { ...at, attempt: 1, deadline: later(600_000), runner: 'runner-one' } },
    ...tools.flat(),
    { type: 'UsageRecorded', data: { turnId, model: 'haiku', inputTokens: 9_000, outputTokens: 900 } },
    {
      type: 'TurnCommitted',
      data: {
        ...at,
        sha: commit,
        parent,
        title: 'Count streaks from check-ins',
        changed: [
          { path: 'src/habits/streak.ts', status: 'added' },
          { path: 'src/habits/list.tsx', status: 'modified' },
        ],
      },
    },
    { type: 'TurnFinished', data: { ...at, stopReason: 'end_turn' } },
    started('push'),
    { type: 'CommitPushed', data: { attemptId: 'push#1', sha: commit } },
  ];
};

const sessionOf = (sessionId: string, length: number): readonly SessionEvent[] => {
  const events = [...ready({ sessionId, slug: sessionId.slice(0, 12) }), claimed()];
  for (let turn = 0; events.length < length; turn += 1) events.push(...turnOf(turn));
  return events.slice(0, length);
};

const sessionIdOf = (index: number): string => `s${index}`.padEnd(20, 'x');

/** Personal fields are encrypted as the server does; seals are not computed, since no view looks at them. */
const stored = (
  key: Uint8Array,
  stream: string,
  { type, data }: SessionEvent,
  revision: number,
): NewEvent => {
  const id = eventId(`cause-${revision}`, stream, type, 0);
  const cipher = { encryptField, decryptField: () => null };
  const metadata = {
    causationId: `${id.slice(0, -4)}0000`,
    correlationId: `${id.slice(0, -4)}0001`,
    actor: 'process-manager:turns',
    at: later(revision * 1_000, T0),
    schema: 1,
    seal: SEAL,
  } as const;
  return { id, type, data: encodeData(cipher, key, { stream, id, type, data: data as Json }), metadata };
};

type Stream = { readonly name: string; readonly events: readonly NewEvent[] };

const inTransaction = (db: DatabaseSync, work: () => void): void => {
  db.exec('BEGIN');
  work();
  db.exec('COMMIT');
};

/** Writes a log of `sessions` sessions with `length` events each into a new event store file; takes some seconds. */
export const writeLongLog = async (
  file: string,
  vault: Vault,
  { sessions, length }: { readonly sessions: number; readonly length: number },
): Promise<void> => {
  const opened = openSqliteFile(eventStoreFile(file));
  if (E.isLeft(opened)) throw new Error(opened.left.message);
  const db = opened.right;
  db.exec('PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 8000');
  const append = preparedAppend(db);

  const streamOf = async (index: number): Promise<Stream> => {
    const sessionId = sessionIdOf(index);
    await vault.openSession(sessionId)();
    const key = await vault.dataKey(sessionId)();
    if (E.isLeft(key)) throw new Error(key.left.message);
    const name = sessionStream(sessionId);
    const dataKey = key.right ?? randomBytes(32);
    return {
      name,
      events: sessionOf(sessionId, length).map((event, revision) => stored(dataKey, name, event, revision)),
    };
  };

  for (let first = 0; first < sessions; first += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, sessions - first) }, (_, index) => first + index);
    const streams = await Promise.all(indexes.map(streamOf));
    inTransaction(db, () => {
      for (let revision = 0; revision < length; revision += 1) {
        for (const { name, events } of streams) {
          const rows = events.slice(revision, revision + 1).map(toRow);
          append({ stream: name, expected: revision - 1, rows });
        }
      }
    });
  }
  db.close();
};
