import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../adapters/listening/free-port.ts';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { removeTree } from '../../adapters/sandboxes/local/remove.ts';
import type { CreatedSession } from '../../api/application/command.ts';
import { ask } from '../../api/preview/testing.ts';
import { createNode, type ServerNode } from '../cloud/support/node.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import { runServer } from '../support/run-server.ts';
import { inherited } from '../support/server.ts';
import { borrowTemplates, lendTemplates } from '../support/templates.ts';
import { ROOT } from './support/files.ts';

const LIMIT_MS = 240_000;
const HABITS = 'Build me a habit tracker. The streaks should survive a page refresh.';
const API = `/api/habits?today=${new Date().toISOString().slice(0, 10)}`;

/** Runs a command as `docs/deploy.md` writes it down. */
const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...inherited(), ...env },
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
};

/** docs/deploy.md, "Backup and restore of the data directory", step by step. */
describe.runIf(hasBwrap)('a copy of the data directory of a server that was stopped', () => {
  let root: string;
  let place: Readonly<Record<'first' | 'second' | 'keyless', string>>;
  let node: ServerNode;
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let before: unknown;

  const serve = async (dataDir: string): Promise<ServerNode> => {
    borrowTemplates(dataDir);
    const env = { MK0R_DATA_DIR: dataDir, VM_POOL_TARGET_SIZE: '0', MK0R_RATE_LIMITS: 'off' };
    const started = createNode({ role: 'all', port: await freePort(), env });
    await started.start();
    lendTemplates(dataDir);
    return started;
  };
  const restore = (dataDir: string): void => {
    mkdirSync(dataDir, { mode: 0o711 });
    expect(run('tar', ['-C', dataDir, '--numeric-owner', '-xpf', join(root, 'backup.tar')])).toEqual({
      status: 0,
      output: '',
    });
  };
  const events = async (): Promise<unknown> =>
    (await visitor.request('GET', `/api/sessions/${session.sessionId}/events?limit=500`)).body;
  const habits = (options: Parameters<typeof ask>[2] = { path: API }) => {
    const { port } = new URL(node.url);
    return until(
      () => ask(Number(port), `${session.slug}.preview.localhost:${port}`, options),
      ({ status }) => status < 300,
      200,
    );
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-backup-'));
    chmodSync(root, 0o711);
    place = {
      first: join(root, 'first'),
      second: join(root, 'second'),
      keyless: join(root, 'keyless'),
    };
    mkdirSync(place.first, { mode: 0o711 });
    node = await serve(place.first);
    visitor = await newHttpVisitor(() => node.url);
    session = await visitor.startSession(HABITS);
    await until(
      () => visitor.view(session.sessionId),
      ({ history, runningTurn, queuedTurns }) =>
        runningTurn === undefined && queuedTurns === 0 && history.commits.some(({ pushed }) => pushed),
    );
    await habits({
      method: 'POST',
      path: '/api/habits',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Read 20 pages"}',
    });
    await node.end('SIGTERM');
  }, LIMIT_MS);
  afterAll(async () => {
    await node?.end('SIGTERM');
    await removeTree(root);
  }, LIMIT_MS);

  it('is made with tar, without the master key, and without what is made anew', () => {
    const excluded = ['./master.key', './log/views.db', './templates'].map((path) => `--exclude=${path}`);
    const made = run('tar', ['-C', place.first, '-cf', join(root, 'backup.tar'), ...excluded, '.']);
    expect(made.status, made.output).toBe(0);
    expect(run('tar', ['-tf', join(root, 'backup.tar')]).output).not.toContain('master.key');
  });

  it(
    'is of no use to who has not got the key, who is told so',
    async () => {
      restore(place.keyless);
      borrowTemplates(place.keyless);
      const refused = await runServer({ MK0R_DATA_DIR: place.keyless });
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain('made with another master key');
      expect(refused.output).toContain('MK0R_MASTER_KEY');
    },
    LIMIT_MS,
  );

  it(
    'serves elsewhere: every event, the words in them, the app, and what was in its database',
    async () => {
      restore(place.second);
      copyFileSync(join(place.first, 'master.key'), join(place.second, 'master.key'));
      node = await serve(place.second);
      const { body } = await visitor.request('GET', `/api/sessions/${session.sessionId}/events/verify`);
      expect(body).toEqual({ events: expect.any(Number) });
      before = await events();
      expect(JSON.stringify(before)).toContain(HABITS);
      expect((await visitor.turns(session.sessionId))[0]).toMatchObject({ status: 'finished' });
      expect((await habits()).body).toContain('Read 20 pages');
    },
    LIMIT_MS,
  );

  it('is checked from the command line as the document says', () => {
    const env = { MK0R_DATA_DIR: place.second };
    const listed = run('node', ['api/cli.ts', 'sessions'], env);
    expect(listed.output).toContain(session.slug);
    const verified = run('node', ['api/cli.ts', 'audit', session.sessionId, '--verify'], env);
    expect(verified.status, verified.output).toBe(0);
  });
});
