import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bakeTemplate } from '../../adapters/sandboxes/local/bake.ts';
import { type LocalHost, openLocalHost } from '../../adapters/sandboxes/local/fixtures/local-host.ts';
import { bootRequest } from '../../adapters/sandboxes/sandboxes.contract-kit.ts';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import { checkApp, type PageCheck } from '../../commands/turns/checks.ts';
import { keep } from '../../commands/turns/keep.ts';
import { right } from '../../domain/testing/outcome.ts';

const project = join(import.meta.dirname, '../..');
const APP = '/app/src/App.tsx';
const HAS_BROWSER = existsSync('/usr/lib/chromium/chromium') || existsSync('/usr/bin/chromium');

/** The real template in a real sandbox of this machine, as a turn has left it. */
describe('what a turn is checked by', () => {
  let open: LocalHost;
  let sandbox: Sandbox;
  let original: string;

  beforeAll(async () => {
    const dataDir = join(project, '.mk0r/test-bake');
    const baked = await bakeTemplate({ sourceDir: join(project, 'sandbox'), dataDir, log: () => undefined });
    open = await openLocalHost({ baked });
    sandbox = await right(open.host.boot(bootRequest('mk0r-checked')));
    original = await right(sandbox.readFile(APP));
    await right(sandbox.exec({ cmd: ['sh', '-c', SETUP], cwd: '/app', timeoutMs: 20_000 }));
  }, 300_000);
  afterAll(() => open?.close());
  beforeEach(() => right(sandbox.writeFile(APP, original)));

  const found = async (pageCheck: PageCheck) =>
    Object.fromEntries((await checkApp(sandbox, pageCheck)).map((each) => [each.kind, each]));

  it('passes the template as it is', async () => {
    const how = HAS_BROWSER ? 'browser' : 'modules';
    expect(await found('browser')).toMatchObject({
      types: { outcome: 'passed' },
      http: { outcome: 'passed', detail: 'GET / answered 200.' },
      page: { outcome: 'passed', how },
    });
    expect(await found('modules')).toMatchObject({ page: { outcome: 'passed', how: 'modules' } });
  });

  it('names the place of a type error, and lets a page pass that runs all the same', async () => {
    await right(sandbox.writeFile(APP, `${original}\nexport const habits: number = 'none';\n`));
    expect(await found('modules')).toMatchObject({
      types: { outcome: 'failed', detail: expect.stringMatching(/src\/App\.tsx\(\d+,\d+\): error TS2322/) },
      page: { outcome: 'passed' },
    });
  });

  it.skipIf(!HAS_BROWSER)('sees what a page throws when it runs', async () => {
    const throwing = 'export function App() {\n  throw new Error("no habits today");\n}\n';
    await right(sandbox.writeFile(APP, throwing));
    expect(await found('browser')).toMatchObject({
      http: { outcome: 'passed' },
      page: { outcome: 'failed', how: 'browser', detail: expect.stringContaining('no habits today') },
    });
  });

  it.skipIf(!HAS_BROWSER)('sees a page on which nothing is', async () => {
    await right(sandbox.writeFile(APP, 'export function App() {\n  return null;\n}\n'));
    expect(await found('browser')).toMatchObject({
      page: { outcome: 'failed', detail: 'The page is blank.' },
    });
  });

  it.each(['browser', 'modules'] as const)('sees a file that does not compile (%s)', async (pageCheck) => {
    await right(sandbox.writeFile(APP, 'export function App() { return <p>Half a \n'));
    expect(await found(pageCheck)).toMatchObject({
      types: { outcome: 'failed' },
      page: { outcome: 'failed', detail: expect.stringContaining('/src/App.tsx') },
    });
  });

  it('commits what holds no secret, and refuses what does, in the sandbox’s own git', async () => {
    const base = (
      await right(sandbox.exec({ cmd: ['git', 'rev-parse', 'HEAD'], cwd: '/app', timeoutMs: 5_000 }))
    ).stdout.trim();
    const request = { base, message: 'A page', vault: { DATABASE_URL: 'postgres://u:secret-1@h/d' } };
    await right(sandbox.writeFile('/app/src/db.ts', "export const url = 'postgres://u:secret-1@h/d';\n"));
    expect(await keep(sandbox, { ...request, leaking: 'refuse' })).toMatchObject({
      commit: undefined,
      against: [{ kind: 'secrets', detail: expect.stringContaining('src/db.ts') }],
    });
    await right(sandbox.writeFile('/app/src/db.ts', 'export const url = "/api/db";\n'));
    expect(await keep(sandbox, { ...request, leaking: 'refuse' })).toMatchObject({
      commit: { changed: [{ path: 'src/db.ts', status: 'added' }] },
      against: [],
    });
  });
});

const SETUP = `
git init -q -b main && git config user.name mk0r && git config user.email agent@mk0r.local
git add -A && git commit -q -m Start
`;
