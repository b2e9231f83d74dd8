import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqliteEventStore } from '../../adapters/event-store/sqlite.ts';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { SEED } from '../../domain/testing/reach.ts';
import { LONG, seeded } from './damage.ts';
import { appendUnder, canInject, type Ended, type Fault, NOTICE } from './failing-disk.ts';
import { EACH, eventAt, type Said, STREAMS } from './said.ts';

const LIMIT_MS = LONG ? 3_600_000 : 120_000;
const SAMPLE = 2;
const chance = seeded(SEED);
const able = canInject();
if (!able) process.stderr.write(NOTICE);

const said = <What extends Said['what']>({ said: all }: Ended, what: What) =>
  all.filter((each): each is Extract<Said, { readonly what: What }> => each.what === what);

/** What was acknowledged is there, appends are whole, events are what was appended, and the log takes more. */
const inspect = async (dir: string, runs: readonly Ended[]): Promise<void> => {
  const store = rightOf(openSqliteEventStore({ file: join(dir, 'events.db') }));
  try {
    for (const stream of STREAMS) {
      const kept = await right(store.readStream(stream));
      const acknowledged = runs
        .flatMap((run) => said(run, 'acknowledged'))
        .filter((each) => each.stream === stream)
        .map(({ revision }) => revision);
      expect(kept.length).toBeGreaterThan(Math.max(-1, ...acknowledged));
      expect(kept.length % EACH).toBe(0);
      expect(kept).toMatchObject(kept.map((_, revision) => eventAt(stream, revision)));
      await right(store.append(stream, kept.length - 1, [eventAt(stream, kept.length)]));
    }
  } finally {
    await store.close();
  }
};

const within = async (work: (dir: string) => Promise<void>): Promise<void> => {
  const dir = mkdtempSync(join(tmpdir(), 'mk0r-disk-'));
  try {
    await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

/** How often the call is made while nothing fails. */
const callsOf = async (fault: Pick<Fault, 'calls' | 'injection'>): Promise<number> => {
  let calls = 0;
  await within(async (dir) => {
    const run = await appendUnder(dir, { ...fault, when: '65535' });
    expect(said(run, 'ended')).toHaveLength(1);
    expect(said(run, 'refused')).toEqual([]);
    ({ calls } = run);
  });
  expect(calls).toBeGreaterThan(0);
  return calls;
};

/** All of them, or some: the first, and others by chance. */
const timesOf = (calls: number): readonly number[] => {
  const all = Array.from({ length: calls }, (_, index) => index + 1);
  return LONG ? all : [...new Set([1, ...Array.from({ length: SAMPLE }, () => all[chance(calls)] ?? 1)])];
};

const FAULTS = [
  ['a write fails', { calls: 'pwrite64', injection: 'error=EIO' }],
  ['the disk is full', { calls: 'pwrite64', injection: 'error=ENOSPC' }],
  ['a sync fails', { calls: 'fsync', injection: 'error=EIO' }],
  ['a read fails', { calls: 'pread64', injection: 'error=EIO' }],
  ['a truncation fails', { calls: 'ftruncate', injection: 'error=EIO' }],
  ['a deletion fails', { calls: 'unlink', injection: 'error=EIO' }],
] as const;

describe.skipIf(!able)(`the log on a disk of which (seed ${SEED})`, () => {
  const answersFor = (run: Ended, fault: Fault): void => {
    expect(run.code).toBe(0);
    for (const { message } of said(run, 'not opened')) expect(message).toMatch(/events\.db/);
    if (said(run, 'not opened').length === 0) expect(said(run, 'ended')).toHaveLength(1);
    // Whatever becomes of writes, what was appended can be read.
    if (fault.calls !== 'pread64') expect(said(run, 'not read')).toEqual([]);
  };

  test.each(FAULTS)(
    '%s once or for ever, at any time: every answer is true, and nothing acknowledged is lost',
    async (name, kind) => {
      const times = timesOf(await callsOf(kind));
      let runs = 0;
      for (const [time, ever] of times.flatMap((each) => [[each, ''] as const, [each, '+'] as const])) {
        const fault: Fault = { ...kind, when: `${time}${ever}` };
        await within(async (dir) => {
          const run = await appendUnder(dir, fault);
          expect(run.injected, fault.when).toBeGreaterThan(0);
          answersFor(run, fault);
          await inspect(dir, [run]);
        });
        runs += 1;
      }
      process.stdout.write(`durability · ${name}: ${runs} runs, seed ${SEED}: lost 0\n`);
    },
    LIMIT_MS,
  );

  test(
    'a sync failed takes no more appends, however healthy it looks, until the process is another',
    async () => {
      const kind = { calls: 'fsync', injection: 'error=EIO' } as const;
      let refusals = 0;
      for (const time of timesOf(await callsOf(kind))) {
        await within(async (dir) => {
          const run = await appendUnder(dir, { ...kind, when: `${time}` });
          const first = run.said.findIndex(({ what }) => what === 'refused');
          if (first === -1) return;
          const later = run.said.slice(first + 1);
          expect(later.filter(({ what }) => what === 'acknowledged')).toEqual([]);
          for (const each of later)
            if (each.what === 'refused') expect(each.message).toMatch(/failed to sync/);
          refusals += 1;
        });
      }
      if (LONG) expect(refusals).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

describe.skipIf(!able)(`the log of a process that is killed at a write (seed ${SEED})`, () => {
  test(
    'keeps what was acknowledged, also when the next process is killed while it recovers',
    async () => {
      const kinds = (['pwrite64', 'fsync'] as const).map(
        (calls) => ({ calls, injection: 'signal=SIGKILL' }) as const,
      );
      let runs = 0;
      for (const kind of kinds) {
        for (const time of timesOf(await callsOf(kind))) {
          await within(async (dir) => {
            const first = await appendUnder(dir, { ...kind, when: `${time}` });
            const second = await appendUnder(dir, { ...kind, when: `${1 + chance(12)}` });
            expect([first.code, second.code]).toContain('SIGKILL');
            await inspect(dir, [first, second]);
          });
          runs += 1;
        }
      }
      process.stdout.write(`durability · killed twice: ${runs} runs, seed ${SEED}: lost 0\n`);
    },
    LIMIT_MS,
  );
});
