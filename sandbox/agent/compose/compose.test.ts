import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AppSpecInput, type Field, FieldType, ListFeature } from '../spec.ts';
import { understand } from '../understand/understand.ts';
import { compose } from './compose.ts';
import { literal } from './text.ts';
import { themeCss } from './theme.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
// Inside the repository, where the formatter finds its configuration; outside of what a template is baked from.
const directory = mkdtempSync(join(ROOT, '.composed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const app = (...parts: AppSpecInput['parts']): AppSpecInput => ({
  title: `O'Brien's "Café" </script> it's`,
  tagline: "It's `here`",
  accent: '#15803d',
  theme: 'dark',
  parts,
});

function asked(prompt: string): AppSpecInput {
  const meaning = understand(prompt, undefined);
  if (meaning.kind !== 'build') throw new Error(`not understood: ${prompt}`);
  return meaning.spec;
}

const OLD: Field = { name: 'old', label: 'Old', type: 'money' };

const EVERY_FIELD: Field[] = FieldType.options.map((type) => ({
  name: `a${type.replaceAll(' ', '')}`,
  label: `A ${type}`,
  type,
  ...(type === 'choice' ? { options: ['Open', "In 'progress'", 'Done "now"'] } : {}),
}));

const EVERYTHING: AppSpecInput = {
  ...app({
    kind: 'collection',
    entity: { plural: 'museums', singular: 'museum', fields: EVERY_FIELD.slice(0, 14), retired: [OLD] },
    features: ListFeature.options,
    order: { by: 'amoney', descending: true },
  }),
  signIn: true,
  weekly: true,
};

const HABITS: AppSpecInput = {
  ...app({
    kind: 'habits',
    chart: true,
    newestFirst: true,
    fields: EVERY_FIELD.slice(5, 11),
    retired: [OLD],
  }),
  signIn: true,
  weekly: true,
};

const SPECS: readonly (readonly [string, AppSpecInput])[] = [
  ['a habit tracker', app({ kind: 'habits' })],
  ['a waitlist', { ...app({ kind: 'form', look: 'waitlist' }), owner: "o'neill@example.com" }],
  [
    'several parts',
    app({ kind: 'form', look: 'waitlist' }, { kind: 'habits' }, ...asked('Track my runs').parts),
  ],
  ['a pricing page', app({ kind: 'form', look: 'pricing', welcome: true })],
  ['a booking form', app({ kind: 'form', look: 'booking', welcome: true, fields: EVERY_FIELD.slice(0, 8) })],
  ['a contact form', app({ kind: 'form', look: 'contact' })],
  ['tabs that are tracked', { ...asked('a bottom-tab mobile app that tracks each tab'), weekly: true }],
  ['pages of words', app({ kind: 'page', name: 'home', title: 'Home "sweet" home' }, { kind: 'dashboard' })],
  ['everything at once', EVERYTHING],
  ['habits with all there is', HABITS],
  [
    'a relation',
    asked('Projects with tasks, each task has a title, a due date and a status (open, doing, done)'),
  ],
  [
    'retired parts',
    { ...app({ kind: 'habits' }), retired: [{ kind: 'dashboard' }, { kind: 'form', look: 'waitlist' }] },
  ],
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
      // Data, which no formatter of code is run over.
      if (path === 'app.json') continue;
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

  it('gives back the template’s own file where no part replaces it', async () => {
    const { readFile } = await import('node:fs/promises');
    const shipped = await readFile(join(ROOT, 'sandbox', 'template', 'server', 'jobs.ts'), 'utf8');
    expect(compose(app({ kind: 'habits' })).files.get('server/jobs.ts')).toBe(shipped);
  });

  it('extends the template’s analytics, and never replaces them', () => {
    for (const [, spec] of SPECS) expect(compose(spec).files.has('src/lib/analytics.ts')).toBe(false);
    const charted = compose(app({ kind: 'dashboard' })).files;
    expect(charted.get('src/lib/activity.ts')).toContain('copyEvents(');
    expect(charted.get('src/features/activity/ActivityScreen.tsx')).toContain(
      "import '../../lib/activity.ts';",
    );
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
