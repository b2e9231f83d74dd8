import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

const DIST = join(import.meta.dirname, 'dist');
const LIMIT_BYTES = 250_000;

/** What a module loads before it runs, as the bundler wrote it; what it may load later is not among it. */
const importsOf = (code: string): readonly string[] =>
  [
    ...code.matchAll(/(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*{}\s,$]+from\s*)?["'`](\.\/[^"'`]+)["'`]/g),
  ].map(([, path = '']) => path.replace('./', ''));

/** The file and everything it needs to run, each once. */
const withImports = (file: string, known = new Set<string>()): ReadonlySet<string> => {
  if (known.has(file)) return known;
  known.add(file);
  for (const next of importsOf(read(file))) withImports(next, known);
  return known;
};

const read = (file: string): string => readFileSync(join(DIST, 'assets', file), 'utf8');
const bytes = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(read(file)).length, 0);
const named = (page: string): readonly string[] =>
  [...page.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, file = '']) => file);
/** What the entry loads while somebody is still reading: the sign-in, and the session screen. */
const lazily = (code: string): readonly string[] =>
  [...code.matchAll(/import\(\s*["'`]\.\/([^"'`]+)["'`]/g)].map(([, file = '']) => file);

describe.runIf(existsSync(join(DIST, 'index.html')))('the page as it is built', () => {
  const entries = () => named(readFileSync(join(DIST, 'index.html'), 'utf8'));
  const first = () =>
    entries().reduce((all, file) => withImports(file, all as Set<string>), new Set<string>());

  test('has what the first screen needs in less than 250 kB of JavaScript', () => {
    // The entry, React and what both share: fewer, and this would have stopped seeing what it is to measure.
    expect([...first()].length).toBeGreaterThan(2);
    expect(bytes(first())).toBeLessThan(LIMIT_BYTES);
  });

  test('has the session screen and the sign-in on top of it in less than that together', () => {
    const later = [...first()]
      .flatMap((file) => lazily(read(file)))
      .filter((file) => /^(session-screen|firebase)-/.test(file));
    expect(later).toHaveLength(2);
    const all = later.reduce((known, file) => withImports(file, known as Set<string>), new Set(first()));
    expect(bytes(all)).toBeLessThan(LIMIT_BYTES);
  });
});
