import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RUN, reach } from '../../domain/testing/reach.ts';
import { compose } from '../../sandbox/agent/compose/compose.ts';
import type { AppSpec } from '../../sandbox/agent/spec.ts';
import { understand } from '../../sandbox/agent/understand/understand.ts';
import { generatedPrompts, type Prompt, SEED } from './generated-prompts.ts';

const COUNT = reach({ short: 25, full: 300, long: 1_500 });
/** So many apps at once are one program of the type checker; more would need more memory than a small machine has. */
const BATCH = 50;
const TEMPLATE = join(import.meta.dirname, '..', '..', 'sandbox', 'template');
const SOURCES = ['src', 'server', 'shared', 'tests'];
const OURS = /^(?:app\.json|(?:src|server|shared|tests)\/[A-Za-z0-9/._-]+)$/;

type Ending = {
  readonly prompt: Prompt;
  readonly kinds: readonly string[];
  readonly spec: AppSpec | undefined;
};

/** A prompt and its follow-ups, each understood on top of what the one before left. */
function end(prompt: Prompt): Ending {
  let spec: AppSpec | undefined;
  const kinds: string[] = [];
  for (const text of [prompt.text, ...prompt.afterwards]) {
    const meaning = understand(text, spec);
    kinds.push(meaning.kind);
    if ('spec' in meaning) spec = meaning.spec;
  }
  return { prompt, kinds, spec };
}

describe(`${COUNT} generated prompts (seed ${SEED})`, () => {
  const root = mkdtempSync(join(tmpdir(), 'mk0r-generated-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const endings = generatedPrompts(COUNT, SEED).map(end);
  const specs = new Map(endings.flatMap(({ spec }) => (spec ? [[JSON.stringify(spec), spec] as const] : [])));

  it('each end in an app or in an honest answer', () => {
    const counts: Record<string, number> = {};
    for (const { kinds, prompt } of endings) {
      const [first = ''] = kinds;
      counts[first] = (counts[first] ?? 0) + 1;
      if (prompt.expected === 'builds') expect([first, prompt.text]).toEqual(['build', prompt.text]);
      if (prompt.expected === 'refuses') expect([first, prompt.text]).toEqual(['refused', prompt.text]);
    }
    process.stdout.write(
      `generated prompts: ${COUNT} prompts (${RUN}, seed ${SEED}), ${JSON.stringify(counts)}, ${specs.size} different apps\n`,
    );
    expect(specs.size).toBeGreaterThan(COUNT / 3);
  });

  it('write nothing outside of the app, and nothing of what attacks asked for', () => {
    for (const spec of specs.values()) {
      for (const [path, text] of compose(spec).files) {
        expect(path).toMatch(OURS);
        expect(normalize(path)).toBe(path);
        expect(text).not.toMatch(/etc\/passwd|evil\.example|system prompt/);
      }
    }
  });

  it('type-check, all of them', () => {
    symlinkSync(join(TEMPLATE, 'node_modules'), join(root, 'node_modules'));
    const all = [...specs.values()];
    for (let from = 0; from < all.length; from += BATCH) {
      const apps = join(root, 'apps');
      rmSync(apps, { recursive: true, force: true });
      for (const [index, spec] of all.slice(from, from + BATCH).entries())
        writeApp(join(apps, String(index)), spec);
      expect(typeErrors(root)).toBe('');
    }
  }, 600_000);
});

function writeApp(target: string, spec: AppSpec): void {
  for (const folder of SOURCES.filter((name) => name !== 'shared'))
    cpSync(join(TEMPLATE, folder), join(target, folder), { recursive: true });
  for (const [path, text] of compose(spec).files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
}

/** What the app's own compiler says of all apps as one program. */
function typeErrors(root: string): string {
  const { compilerOptions } = JSON.parse(readFileSync(join(TEMPLATE, 'tsconfig.json'), 'utf8'));
  // What is remembered of one app says nothing about others.
  delete compilerOptions.incremental;
  delete compilerOptions.tsBuildInfoFile;
  const include = SOURCES.map((folder) => `apps/*/${folder}`);
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
  const tsc = join(TEMPLATE, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', root], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? '' : `${stdout}${stderr}`.slice(0, 4000);
}
