import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDirectory } from '../../commands/directory.ts';
import type { Json, StoredEvent } from '../../commands/ports/event-store.ts';
import type { Snapshot } from '../../commands/ports/snapshots.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { claimed, planned, ready, submitted, turnStarted } from '../../domain/testing/histories.ts';
import { foldingCode } from './code-version.ts';
import { createSnapshotFile } from './file.ts';

/** More than a part of the file holds. */
const SESSIONS = 510;
let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-snapshot-'));
  file = join(dir, 'directory.snapshot');
});
afterEach(() => rmSync(dir, { recursive: true }));

const IN_A_TURN = [...ready(), claimed(), submitted(), turnStarted()];

const snapshotOf = (sessions: number, history: readonly SessionEvent[] = IN_A_TURN): Snapshot => {
  const directory = createDirectory();
  let position = 0;
  const stored: StoredEvent[] = [];
  for (let session = 0; session < sessions; session += 1) {
    for (const [revision, { type, data }] of history.entries()) {
      position += 1;
      const sessionId = `${session}`.padStart(20, '0');
      const event: StoredEvent = {
        ...{ id: `event-${position}`, type, data: data as unknown as Json },
        ...{ stream: `session-${sessionId}`, revision, position: `${position}` },
        metadata: {
          ...{ causationId: `command-${session}`, correlationId: 'c', actor: 'operator' as const },
          ...{ at: '2026-01-01T00:00:00.000Z', schema: 1, seal: '' },
        },
      };
      directory.apply(event);
      stored.push(event);
    }
  }
  const last = stored.at(-1);
  if (last === undefined) throw new Error('there is no event');
  const { stream, revision, id } = last;
  return { last: { stream, revision, id, position: last.position }, directory: directory.state() };
};

describe('the snapshot of a directory', () => {
  test('comes back as it was, however many sessions there are', async () => {
    const snapshot = snapshotOf(SESSIONS, [planned(), claimed()]);
    await createSnapshotFile(file, { code: 'this' }).save(snapshot);
    expect(await createSnapshotFile(file, { code: 'this' }).load()).toEqual(snapshot);
    expect(readdirSync(dir)).toEqual(['directory.snapshot']);
  });

  test('takes the place of the one before', async () => {
    const snapshots = createSnapshotFile(file, { code: 'this' });
    await snapshots.save(snapshotOf(3));
    await snapshots.save(snapshotOf(2));
    expect((await snapshots.load())?.directory.sessions).toHaveLength(2);
  });

  test('is none where there is none, and where other code has folded it', async () => {
    expect(await createSnapshotFile(file, { code: 'this' }).load()).toBeUndefined();
    await createSnapshotFile(file, { code: 'this' }).save(snapshotOf(2));
    expect(await createSnapshotFile(file, { code: 'other' }).load()).toBeUndefined();
  });

  test('is none where a byte of it is another, or missing', async () => {
    const snapshots = createSnapshotFile(file, { code: 'this' });
    await snapshots.save(snapshotOf(1));
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at += 97) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      for (const damaged of [flipped, whole.subarray(0, at)]) {
        writeFileSync(file, damaged);
        expect(await snapshots.load()).toBeUndefined();
      }
    }
  });

  test('that cannot be written is not missed', async () => {
    const snapshots = createSnapshotFile(join(dir, 'not there', 'x'), { code: 'this' });
    await snapshots.save(snapshotOf(1));
    expect(await snapshots.load()).toBeUndefined();
  });
});

test('the code that folds has a version, the same each time it is asked', () => {
  expect(foldingCode()).toMatch(/^[0-9a-f]{64}$/);
  expect(foldingCode()).toBe(foldingCode());
});
