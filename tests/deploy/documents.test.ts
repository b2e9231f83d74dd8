import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../api/cli/commands.ts';
import { VARIABLES } from '../../api/config/variables.ts';
import { ROUTES } from '../../api/http/routes.ts';
import { createMetrics } from '../../api/metrics.ts';
import { startTestServer } from '../../api/testing/start.ts';
import { ROOT, textOf } from './support/files.ts';

const DOCUMENTS = ['README.md', 'docs/architecture.md', 'docs/deploy.md', 'docs/scale.md'] as const;

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([whole, group]) => group ?? whole))].sort();

/** What is written as code: between backticks or in a block. */
const codeOf = (text: string): string =>
  [...text.matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)]
    .map(([, block, word]) => block ?? word)
    .join('\n');

/** Written in capitals and no variable of the server: the provider's own words, and what compose.yaml asks for. */
const NOT_OURS = new Set([
  'PROJECTS_LIMIT_EXCEEDED',
  'PUBLIC_HOST',
  'KURRENTDB_ADMIN_PASSWORD',
  'KURRENTDB_OPS_PASSWORD',
  'DATABASE_URL',
  // Read by the contract suites alone.
  'MK0R_CONTRACT_LIVE',
]);
/** The beginning of several. */
const PREFIXES = new Set(['GITHUB_APP_', 'GITHUB_']);

describe.each(DOCUMENTS)('%s', (path) => {
  const text = textOf(path);
  const code = codeOf(text);

  test('names variables that exist', () => {
    const named = found(code, /\b[A-Z][A-Z0-9]*_[A-Z0-9_]*\b/g).filter(
      (name) => !NOT_OURS.has(name) && !PREFIXES.has(name),
    );
    expect(named.filter((name) => !(name in VARIABLES))).toEqual([]);
  });

  test('names npm scripts and commands that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Record<string, string> };
    const run = found(code, /npm run (?:--silent )?([\w:-]+)/g);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    const commands = found(code, /(?:npm run mk0r --|api\/cli\.ts) ([a-z-]+)/g);
    expect(commands.filter((name) => !(name in COMMANDS))).toEqual([]);
  });

  test('names files that exist', () => {
    const paths = found(
      code,
      /(?<![\w./*<>-])(?:adapters|api|bench|commands|deploy|docs|domain|projections|sandbox|scripts|tests|web)\/[\w./-]*\w(?=[\s`,;:)]|$)/gm,
    );
    const missing = paths.filter(
      (file) => file !== 'deploy/tls/fullchain.pem' && file !== 'deploy/tls/privkey.pem',
    );
    expect(missing.filter((file) => !existsSync(join(ROOT, file)) && !file.startsWith('web/dist'))).toEqual(
      [],
    );
    const links = found(text, /\]\((?!https?:)([^)#]+)/g);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([]);
  });

  test('points nowhere but into the project and to public pages', () => {
    expect(text).not.toMatch(/\/work\/|\.\.\/shared/);
    for (const [, url] of text.matchAll(/<(https?:[^>]+)>/g))
      expect(url).toMatch(/^https:\/\/[\w.-]+\.[a-z]+\//);
  });
});

describe('docs/deploy.md', () => {
  const text = textOf('docs/deploy.md');

  test('names metrics that exist, with the labels they have', async () => {
    const metrics = createMetrics();
    metrics.follow(() => ({ isReady: true, isLogUp: true, appends: { done: 1, failed: 0 } }));
    metrics.httpRequest({ method: 'GET', route: '/', status: 200, seconds: 1 });
    metrics.connectionClosed(1000);
    metrics.bootStep({ step: 'neon', outcome: 'failed', seconds: 1 });
    metrics.claim('pool');
    metrics.turn('failed');
    metrics.preview('proxied');
    const exported = await metrics.text();
    const named = found(text, /\b(?:mk0r|process|nodejs)_[a-z0-9_]+\b/g);
    expect(named.length).toBeGreaterThan(10);
    expect(
      named.filter(
        (name) => !new RegExp(`^${name}[ {]`, 'm').test(exported) && !exported.includes(`# TYPE ${name} `),
      ),
    ).toEqual([]);
    for (const [, metric, label] of text.matchAll(/\b(mk0r_\w+)\{(\w+)=/g))
      expect(exported).toMatch(new RegExp(`^${metric}\\{[^}]*${label}=`, 'm'));
    const ours = found(exported, /^# TYPE (mk0r_\w+) /gm);
    expect(ours.filter((name) => !text.includes(name))).toEqual([]);
  });

  test('names routes that exist', async () => {
    const server = await startTestServer();
    const known = new Set(server.routes.map(({ url }) => url));
    await server.close();
    expect(ROUTES.length).toBeGreaterThan(0);
    const named = found(codeOf(text), /(?:^|GET |POST )(\/(?:api\/[\w/]+|healthz|readyz|metrics))$/gm);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((url) => !known.has(url))).toEqual([]);
  });

  test('says of every variable that a split needs that it does', () => {
    const section = text.slice(text.indexOf('## Several processes'), text.indexOf('### On one machine'));
    for (const name of ['EVENTSTORE_URL', 'E2B_API_KEY', 'MK0R_MASTER_KEY', 'PUBLIC_URL'])
      expect(section).toContain(name);
  });
});
