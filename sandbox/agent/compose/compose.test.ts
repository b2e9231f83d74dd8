import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AppSpec, Part } from '../spec.ts';
import { understand } from '../understand/understand.ts';
import { compose } from './compose.ts';
import { literal } from './text.ts';
import { themeCss } from './theme.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
// Inside the repository, where the formatter finds its configuration; outside of what a template is baked from.
const directory = mkdtempSync(join(ROOT, '.composed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const app = (...parts: Part[]): AppSpec => ({
  title: `O'Brien's "Café" </script> it's`,
  tagline: "It's `here`",
  accent: '#15803d',
  theme: 'dark',
  parts,
});

function asked(prompt: string): AppSpec {
  const meaning = understand(prompt, undefined);
  if (meaning.kind !== 'build') throw new Error(`not understood: ${prompt}`);
  return meaning.spec;
}

const SPECS: readonly (readonly [string, AppSpec])[] = [
  ['a habit tracker', app({ kind: 'habits' })],
  ['a waitlist', app({ kind: 'waitlist', owner: "o'neill@example.com" })],
  ['several parts', app({ kind: 'waitlist' }, { kind: 'habits' }, ...asked('Track my runs').parts)],
  [
    'every type of field',
    asked('A list of museums with a name, notes, a rating, a price, a date, a link, an email, visited'),
  ],
  [
    'long names',
    asked(
      'A list of extraordinary encounters with an exceptionally long question?, the approximate amount of it, notes',
    ),
  ],
  ['a date first', asked('Track my workouts with a date, minutes and notes')],
  ['one letter', asked('A list of x-rays with a name and a date')],
];

describe('composed code', () => {
  it.each(SPECS)('is formatted and free of lint for %s', (name, spec) => {
    const root = join(directory, name.replaceAll(' ', '-'));
    for (const [path, text] of compose(spec).files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const biome = join(ROOT, 'node_modules', '.bin', 'biome');
    const { status, stdout, stderr } = spawnSync(biome, ['check', '--error-on-warnings', root], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status === 0 ? 'clean' : `${stdout}${stderr}`).toBe('clean');
  });

  it('is the same text for the same spec, whatever order its keys came in', () => {
    const spec = app({ kind: 'habits' });
    const { parts, ...rest } = spec;
    expect(compose({ parts, ...rest }).files).toEqual(compose(spec).files);
  });

  it('starts from the template as it is shipped: no colour changes that nobody asked for', async () => {
    const { readFile } = await import('node:fs/promises');
    const shipped = await readFile(join(ROOT, 'sandbox', 'template', 'src', 'theme.css'), 'utf8');
    expect(themeCss({ accent: '#4f46e5', theme: 'system' })).toBe(shipped);
  });
});

describe('a string literal', () => {
  it.each([
    "it's",
    '"quoted"',
    `both ' and "`,
    '\\',
    ['$', '{x}`'].join(''),
    '\n',
    '\u2028',
    '</script>',
    "');process.exit(1);('",
  ])('carries %j into code and out again', (text) => {
    expect(new Function(`return ${literal(text)}`)()).toBe(text);
  });
});
