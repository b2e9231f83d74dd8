import type { DatabaseSync } from 'node:sqlite';
import * as E from 'fp-ts/lib/Either.js';
import { checksumOf } from '../../adapters/event-store/checksum.ts';
import { eventStoreFile } from '../../adapters/event-store/sqlite.ts';
import { type EventRow, toRow } from '../../adapters/event-store/sqlite-rows.ts';
import { openSqliteFile } from '../../adapters/sqlite-file/open-file.ts';
import { decryptField, encryptField } from '../../adapters/vault/personal-fields.ts';
import { encodeData } from '../../commands/event-codec.ts';
import type { Json } from '../../commands/ports/event-store.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import { type SessionEvent, sessionStream } from '../../domain/session/events.ts';
import { claimed, later, ready, sha, started } from '../../domain/testing/histories.ts';
import { rightOf } from '../../domain/testing/outcome.ts';

/** Sessions that are worked on at the same time; their events alternate in the log. */
const AT_ONCE = 100;
const SEAL = 'c2a9'.repeat(16);
const cipher = { encryptField, decryptField };
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
    {
      type: 'UsageRecorded',
      data: {
        turnId,
        model: 'haiku',
        inputTokens: 9_000,
        outputTokens: 900,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        source: 'agent',
        outcome: 'complete',
      },
    },
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

/** What a session that is worked on leaves in the log: its boot, a claim, then turn after turn. */
export const sessionOf = (sessionId: string, length: number): readonly SessionEvent[] => {
  const events = [...ready({ sessionId, slug: sessionId.slice(0, 12) }), claimed()];
  for (let turn = 0; events.length < length; turn += 1) events.push(...turnOf(turn));
  return events.slice(0, length);
};

export const sessionIdOf = (index: number): string => `s${index}`.padEnd(20, 'x');

/** Personal fields are encrypted as the server does; seals are not computed, since no view looks at them. */
const rowOf = (key: Uint8Array, stream: string, { type, data }: SessionEvent, revision: number): EventRow => {
  const id = `${stream.slice(8, 16)}-0000-5000-8000-${String(revision).padStart(12, '0')}`;
  const metadata = {
    causationId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    correlationId: '7c9e6679-7425-40de-944b-e07fc1f90ae8',
    actor: 'process-manager:turns',
    at: later(revision * 1_000),
    schema: 1,
    seal: SEAL,
  } as const;
  return toRow({
    id,
    type,
    data: encodeData(cipher, key, { stream, id, type, data: data as Json }),
    metadata,
  });
};

/** Straight into the tables of the event store: a million appends, each durable, would take minutes. */
const inserter = (db: DatabaseSync) => {
  const insertStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
  const insertEvent = db.prepare(
    'INSERT INTO events (stream, revision, id, type, data, metadata, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    stream: (name: string) => insertStream.run(name).lastInsertRowid,
    event: (stream: number | bigint, name: string, revision: number, row: EventRow): void => {
      const { id, type, data, metadata } = row;
      insertEvent.run(stream, revision, id, type, data, metadata, checksumOf(name, revision, row));
    },
  };
};

/** Writes a log of `sessions` sessions with `length` events each into a new event store file; takes some seconds. */
export const writeLongLog = async (
  file: string,
  vault: Pick<Vault, 'openSession' | 'dataKey'>,
  { sessions, length }: { readonly sessions: number; readonly length: number },
): Promise<void> => {
  const db = rightOf(openSqliteFile(eventStoreFile(file)));
  db.exec('PRAGMA synchronous = OFF');
  const insert = inserter(db);

  const keyOf = async (sessionId: string): Promise<Uint8Array> => {
    await vault.openSession(sessionId)();
    const key = await vault.dataKey(sessionId)();
    if (E.isLeft(key) || key.right === undefined) throw new Error('the vault gave no key');
    return key.right;
  };

  for (let first = 0; first < sessions; first += AT_ONCE) {
    const ids = Array.from({ length: Math.min(AT_ONCE, sessions - first) }, (_, index) =>
      sessionIdOf(first + index),
    );
    const keys = await Promise.all(ids.map(keyOf));
    const histories = ids.map((id) => sessionOf(id, length));
    db.exec('BEGIN');
    const streams = ids.map((id) => insert.stream(sessionStream(id)));
    for (let revision = 0; revision < length; revision += 1) {
      for (const [index, id] of ids.entries()) {
        const [key, event, stream] = [keys[index], histories[index]?.[revision], streams[index]];
        if (key === undefined || event === undefined || stream === undefined) continue;
        const name = sessionStream(id);
        insert.event(stream, name, revision, rowOf(key, name, event, revision));
      }
    }
    db.exec('COMMIT');
  }
  db.close();
};
