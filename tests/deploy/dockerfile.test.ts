import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { sourceFiles } from '../../adapters/sandboxes/local/template/source-hash.ts';
import { argumentsOf, buildContext, dockerfileText, ROOT, stagesOf } from './support/dockerfile.ts';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const stages = stagesOf(dockerfileText());
const image = stages.at(-1);

describe('the Dockerfile', () => {
  test('has nothing a linter objects to', () => {
    expect(validate(dockerfileText())).toEqual([]);
  });

  test('uses the Node of package.json, in every stage the same', () => {
    expect(dockerfileText()).toContain(`ARG NODE_IMAGE=node:${manifest.devDependencies.node}-`);
    for (const stage of stages) expect(argumentsOf(stage, 'FROM')[0]).toMatch(/^\$\{NODE_IMAGE\}/);
  });

  test('builds in one stage and runs in another, which has no compiler, no test and no package of development', () => {
    expect(stages).toHaveLength(2);
    expect(argumentsOf(stages[0], 'RUN').join('\n')).toContain('npm prune --omit=dev');
    expect(argumentsOf(image, 'COPY')).toEqual(['/app ./']);
    expect(argumentsOf(image, 'RUN').join('\n')).not.toMatch(/\bnpm\b/);
  });

  test('runs npm scripts that exist', () => {
    const named = [...dockerfileText().matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(manifest.scripts).toHaveProperty([name]);
  });

  test('runs as a user who owns nothing but the data directory', () => {
    expect(argumentsOf(image, 'USER')).toEqual(['node']);
    const after = (image?.instructions ?? []).map((instruction) => instruction.getKeyword());
    expect(after.indexOf('USER')).toBeGreaterThan(after.lastIndexOf('COPY'));
    expect(after.indexOf('USER')).toBeGreaterThan(after.lastIndexOf('RUN'));
    expect(argumentsOf(image, 'VOLUME')).toEqual(['/data']);
  });

  test('is asked how it is, and runs what the context holds', () => {
    const context = buildContext();
    expect(dockerfileText()).toContain('HEALTHCHECK');
    for (const file of ['deploy/healthcheck.mjs', 'api/main.ts', 'package-lock.json', 'web/index.html'])
      expect(context).toContain(file);
  });
});

describe('the build context', () => {
  test('has every file a sandbox is made from: its template is named by them', () => {
    const context = new Set(buildContext());
    const missing = sourceFiles(join(ROOT, 'sandbox')).filter((path) => !context.has(`sandbox/${path}`));
    expect(missing).toEqual([]);
  });

  test('holds no secret, no test, and nothing that lies about in a checkout', () => {
    const context = buildContext().filter((path) => !path.startsWith('sandbox/template/'));
    expect(context.length).toBeGreaterThan(300);
    for (const pattern of [
      /(^|\/)\.env/,
      /\.test\.tsx?$/,
      /^tests\//,
      /^bench\//,
      /^\.mk0r/,
      /(^|\/)dist\//,
      /^docs\//,
    ])
      expect(context.filter((path) => pattern.test(path))).toEqual([]);
  });
});
