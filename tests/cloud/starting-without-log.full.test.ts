import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../adapters/listening/free-port.ts';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { removeTree } from '../../adapters/sandboxes/local/remove.ts';
import { mk0r } from '../forgetting/command-line.ts';
import { type KurrentStandIn, startKurrentStandIn } from '../stand-ins/kurrent/server.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { borrowTemplates, lendTemplates } from '../support/templates.ts';
import { createNode, type ServerNode } from './support/node.ts';

const LIMIT_MS = 240_000;

describe.runIf(hasBwrap)('a server that is started while KurrentDB is away', () => {
  let root: string;
  let kurrent: KurrentStandIn;
  let node: ServerNode;
  let visitor: HttpVisitor;
  let sessionId: string;

  const env = (disk: string) => ({
    EVENTSTORE_URL: kurrent.url,
    MK0R_DATA_DIR: join(root, disk),
    MK0R_RATE_LIMITS: 'off',
    VM_POOL_TARGET_SIZE: '0',
  });
  const newNode = async (disk: string): Promise<ServerNode> =>
    createNode({ role: 'all', port: await freePort(), env: env(disk) });
  const status = (path: string) =>
    fetch(`${node.url}${path}`).then(
      (answer) => answer.status,
      () => 0,
    );
  const untilStatus = (path: string, wanted: number) =>
    until(
      () => status(path),
      (is) => is === wanted,
    );
  const doctor = () =>
    mk0r(join(root, 'data'), env('data'), 'doctor').catch(
      ({ stdout }: { readonly stdout?: string }) => stdout ?? '',
    );

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-no-log-'));
    chmodSync(root, 0o711);
    for (const disk of ['data', 'other']) borrowTemplates(join(root, disk));
    kurrent = await startKurrentStandIn({ nodes: 3 });
    kurrent.stop();
    node = await newNode('data');
  }, LIMIT_MS);
  afterAll(async () => {
    await node?.end('SIGTERM');
    kurrent?.close();
    await removeTree(root);
  }, LIMIT_MS);

  it(
    'for the first time waits for it a while, says so, and goes on when it comes',
    async () => {
      node.launch();
      await until(
        async () => node.log(),
        (log) => log.includes('the log cannot be read yet') && log.includes('EVENTSTORE_URL'),
      );
      await kurrent.start();
      await untilStatus('/readyz', 200);
      lendTemplates(join(root, 'data'));
      visitor = await newHttpVisitor(() => node.url);
      ({ sessionId } = await visitor.startSession('Hello'));
      await until(
        () => visitor.view(sessionId),
        ({ phase }) => phase === 'ready',
      );
    },
    LIMIT_MS,
  );

  it(
    'for the first time ends where it does not come, and says what to do',
    async () => {
      kurrent.stop();
      const other = await newNode('other');
      other.launch();
      const code = await until(
        async () => other.ended(),
        (ended) => ended !== undefined,
      );
      expect(code).toBe('1');
      expect(other.log()).toMatch(/mk0r cannot start\.\s+The log cannot be read: /);
      expect(other.log()).toContain('Check EVENTSTORE_URL');
      expect(other.log()).toContain('mk0r -- doctor');
    },
    LIMIT_MS,
  );

  it(
    'again serves at once: it says that it is not ready, and why, and refuses commands until the log is back',
    async () => {
      await node.end('SIGTERM');
      kurrent.stop();
      node.launch();
      await untilStatus('/healthz', 200);
      expect(await status('/')).toBe(200);
      const told = await until(
        async () => {
          const answer = await fetch(`${node.url}/readyz`);
          return { status: answer.status, body: (await answer.json()) as { readonly store?: string } };
        },
        ({ body }) => body.store === 'down',
      );
      expect(told.status).toBe(503);
      expect(await doctor()).toContain('EVENTSTORE_URL');
      const refused = await visitor.request('POST', `/api/sessions/${sessionId}/turns`, { prompt: 'Hello' });
      expect(refused.status).toBe(503);

      await kurrent.start();
      await untilStatus('/readyz', 200);
      const taken = await until(
        () => visitor.request('POST', `/api/sessions/${sessionId}/turns`, { prompt: 'Hello again' }),
        ({ status: is }) => is !== 503,
      );
      expect(taken.status).toBe(202);
      await until(
        () => visitor.turns(sessionId),
        // A message whose answer was 503 may have been taken all the same.
        (turns) => turns.length >= 2 && turns.every(({ status: is }) => is === 'finished'),
      );
    },
    LIMIT_MS,
  );
});
