import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCHEMA_VERSIONS } from '../../domain/schema.ts';
import { SEED } from '../../domain/testing/reach.ts';
import { cut, damageEach, flipped, LONG, placesOf, report, seeded } from './damage.ts';
import { type Moment, writeLogOfEverything } from './log-of-everything.ts';
import { readBack } from './read-back.ts';
import { type FileMap, mapOf, mapOfLog } from './sqlite-map.ts';

const LIMIT_MS = LONG ? 3_600_000 : 120_000;
const LOG = 'events.db';
const WAL = 'events.db-wal';

let dir: string;
let closed: Moment;
let killed: Moment;
let before: Moment;
let map: FileMap;

const bytesOf = ({ files }: Moment, name: string): Buffer => files.get(name) ?? Buffer.alloc(0);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-durability-'));
  const moments = await writeLogOfEverything(dir);
  const [last, last2] = moments.appended.toReversed();
  if (last === undefined || last2 === undefined) throw new Error('there are no appends');
  [closed, killed, before] = [moments.closed, last, last2];
  writeFileSync(join(dir, 'mapped.db'), bytesOf(closed, LOG));
  map = mapOf(join(dir, 'mapped.db'), bytesOf(closed, LOG), (table, row) =>
    table === 'events' ? (closed.acknowledged[row - 1]?.type ?? '?') : `row of ${table}`,
  );
}, LIMIT_MS);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const judge = (moment: Moment) => (where: string) => readBack(join(where, LOG), moment.acknowledged);

describe(`a log in which one byte is damaged (seed ${SEED})`, () => {
  test('holds every type of event there is, and all that was acknowledged reads back while it is whole', async () => {
    for (const type of Object.keys(SCHEMA_VERSIONS)) expect(map).toContain(type);
    for (const moment of [closed, killed]) {
      const tally = await damageEach({
        ...{ files: moment.files, file: LOG, map, places: [0], damage: (bytes) => bytes },
        judge: judge(moment),
      });
      expect(tally.outcomes.whole).toBe(1);
    }
  });

  test(
    'never answers with an event that is not the one that was appended, whichever byte of the file it is',
    async () => {
      const chance = seeded(SEED);
      const tally = await damageEach({
        files: closed.files,
        file: LOG,
        map,
        places: placesOf(map, 6, chance),
        damage: (bytes, at) => flipped(bytes, at, chance),
        judge: judge(closed),
      });
      report('bits flipped in events.db', tally);
      expect(tally.complaints).toEqual([]);
      expect(tally.outcomes['read refused']).toBeGreaterThan(0);
      expect(tally.kinds.size).toBeGreaterThan(Object.keys(SCHEMA_VERSIONS).length);
    },
    LIMIT_MS,
  );

  test(
    'is refused wherever the file is cut off',
    async () => {
      const tally = await damageEach({
        files: closed.files,
        file: LOG,
        map,
        places: placesOf(map, 4, seeded(SEED)),
        damage: cut,
        judge: judge(closed),
      });
      report('events.db cut off', tally);
      expect(tally.complaints).toEqual([]);
      expect(tally.outcomes.refused).toBe(tally.cases);
    },
    LIMIT_MS,
  );

  test(
    'loses no acknowledged event silently, whichever byte of the write-ahead log it is',
    async () => {
      const chance = seeded(SEED);
      const logMap = mapOfLog(bytesOf(killed, WAL));
      const tally = await damageEach({
        files: killed.files,
        file: WAL,
        map: logMap,
        places: placesOf(logMap, 60, chance),
        damage: (bytes, at) => flipped(bytes, at, chance),
        judge: judge(killed),
      });
      report('bits flipped in the write-ahead log', tally);
      expect(tally.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'loses no acknowledged event silently, wherever the write-ahead log is cut off',
    async () => {
      const logMap = mapOfLog(bytesOf(killed, WAL));
      const tally = await damageEach({
        files: killed.files,
        file: WAL,
        map: logMap,
        places: placesOf(logMap, 60, seeded(SEED)),
        damage: cut,
        judge: judge(killed),
      });
      report('the write-ahead log cut off', tally);
      expect(tally.complaints).toEqual([]);
      expect(tally.outcomes.refused).toBe(tally.cases);
    },
    LIMIT_MS,
  );
});

/** A power cut in the middle of the last append: its frames may have reached the disk or not, whole or in part. */
describe(`a log whose last append was never acknowledged (seed ${SEED})`, () => {
  const torn = async (what: string, damage: (bytes: Buffer, at: number) => Buffer): Promise<void> => {
    const safe = bytesOf(before, WAL).length;
    const wal = bytesOf(killed, WAL);
    expect(wal.subarray(0, safe).equals(bytesOf(before, WAL))).toBe(true);
    const logMap = mapOfLog(wal);
    const chance = seeded(SEED);
    const tally = await damageEach({
      files: new Map(killed.files).set('events.db-acknowledged', bytesOf(before, 'events.db-acknowledged')),
      file: WAL,
      map: logMap,
      places: placesOf(logMap.slice(safe), 30, chance).map((at) => safe + at),
      damage,
      judge: async (where) => {
        const verdict = await readBack(join(where, LOG), before.acknowledged);
        const appended = killed.acknowledged.length - before.acknowledged.length;
        return verdict.outcome === 'whole' && ![0, appended].includes(verdict.more)
          ? { outcome: 'WRONG', message: `${verdict.more} of ${appended} events of one append` }
          : verdict;
      },
    });
    report(`the last append ${what}`, tally);
    expect(tally.complaints).toEqual([]);
    expect(tally.outcomes.whole).toBe(tally.cases);
  };

  const chance = seeded(SEED);
  test.each([
    ['cut off', cut],
    ['with a bit flipped', (bytes: Buffer, at: number) => flipped(bytes, at, chance)],
    ['with zeros from there on', (bytes: Buffer, at: number) => Buffer.from(bytes).fill(0, at)],
    ['with another sector in its place', (bytes: Buffer, at: number) => oldSector(bytes, at)],
  ] as const)('opens with all that was, %s', torn, LIMIT_MS);
});

/** A sector that was not written, where what was there before shows. */
const oldSector = (bytes: Buffer, at: number): Buffer => {
  const end = Math.min(at + 512, bytes.length);
  return Buffer.from(bytes).fill(bytes.subarray(512, 1_024), at, end);
};
