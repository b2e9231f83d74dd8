import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../commands/testing/clock.ts';
import { RUN, SEED } from '../../domain/testing/reach.ts';
import type { FileMap } from './sqlite-map.ts';

/** What a store says about its files, by everything it can be asked. */
export type Verdict =
  /** All that was acknowledged, as it was, and `more` that was not. */
  | { readonly outcome: 'whole'; readonly more: number }
  /** It did not open. */
  | { readonly outcome: 'refused'; readonly message: string }
  /** Some reads answered that they cannot; all others were right. */
  | { readonly outcome: 'read refused'; readonly message: string }
  /** It answered, and the answer is not what was acknowledged: what must never be. */
  | { readonly outcome: 'WRONG'; readonly message: string };

/** A long run damages every byte; the others a sample. */
export const LONG = RUN === 'long';

/** A whole number below what is asked for. */
export const seeded = (seed: number): ((below: number) => number) => {
  const random = seededRandom(seed);
  return (below) => Math.floor(random() * below);
};
export type Chance = ReturnType<typeof seeded>;

/** Every byte of every kind, or `each` of each. */
export const placesOf = (map: FileMap, each: number, chance: Chance): readonly number[] => {
  const byKind = Map.groupBy(map.keys(), (at) => map[at] ?? '');
  return [...byKind.values()].flatMap((places) =>
    LONG || places.length <= each
      ? places
      : Array.from({ length: each }, () => places[chance(places.length)] ?? 0),
  );
};

export const flipped = (bytes: Buffer, at: number, chance: Chance): Buffer => {
  const damaged = Buffer.from(bytes);
  damaged[at] = (damaged[at] ?? 0) ^ (1 << chance(8));
  return damaged;
};

export const cut = (bytes: Buffer, at: number): Buffer => bytes.subarray(0, at);

/** Copies those of `files` that are there. */
export const copyFiles = (from: string, to: string, files: readonly string[]): void => {
  for (const name of files) {
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
};

const unchanged = (dir: string, files: ReadonlyMap<string, Buffer>): boolean =>
  [...files].every(([name, bytes]) => readFileSync(join(dir, name)).equals(bytes));

type Damaged = {
  /** Files of a store as they lay on the disk. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Which of them is damaged, and what each byte of it is. */
  readonly file: string;
  readonly map: FileMap;
  readonly places: readonly number[];
  readonly damage: (bytes: Buffer, at: number) => Buffer;
  readonly judge: (dir: string) => Promise<Verdict>;
};

export type Tally = {
  readonly cases: number;
  readonly kinds: ReadonlySet<string>;
  readonly outcomes: Readonly<Record<Verdict['outcome'], number>>;
  /** What went wrong, and refusals that do not say what a person needs. */
  readonly complaints: readonly string[];
};

/** A refusal names the file, says that nothing was lost by it, and what to do. */
const isHelpful = (message: string, dir: string): boolean =>
  message.includes(dir) && /Nothing was (deleted|changed)|restore it from a backup/.test(message);

/** Damages one byte after the other, each time in fresh copies, and collects what the store made of it. */
export const damageEach = async ({ files, file, map, places, damage, judge }: Damaged): Promise<Tally> => {
  const outcomes = { whole: 0, refused: 0, 'read refused': 0, WRONG: 0 };
  const complaints: string[] = [];
  const dir = mkdtempSync(join(tmpdir(), 'mk0r-damaged-'));
  const whole = files.get(file) ?? Buffer.alloc(0);
  try {
    for (const at of places) {
      const damaged = new Map(files).set(file, damage(whole, at));
      rmSync(dir, { recursive: true });
      mkdirSync(dir);
      for (const [name, bytes] of damaged) writeFileSync(join(dir, name), bytes);
      const verdict = await judge(dir);
      outcomes[verdict.outcome] += 1;
      const where = `byte ${at} of ${file} (${map[at]})`;
      if (verdict.outcome === 'whole') continue;
      if (verdict.outcome === 'WRONG') complaints.push(`${where}: ${verdict.message}`);
      else if (!isHelpful(verdict.message, dir)) complaints.push(`${where}: "${verdict.message}" is no help`);
      if (verdict.outcome === 'refused' && !unchanged(dir, damaged))
        complaints.push(`${where}: refused, but not left as it was`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return { cases: places.length, kinds: new Set(places.map((at) => map[at] ?? '')), outcomes, complaints };
};

export const report = (what: string, { cases, kinds, outcomes, complaints }: Tally): void => {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  process.stdout.write(
    `durability · ${what}: ${cases} cases, ${kinds.size} kinds of record, seed ${SEED}: ${counts.join(', ')}\n`,
  );
  if (complaints.length > 0) process.stdout.write(`${complaints.slice(0, 5).join('\n')}\n`);
};
