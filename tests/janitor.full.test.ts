import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAnalyticsStore } from '../adapters/analytics/store.ts';
import { openSqliteEventStore } from '../adapters/event-store/sqlite.ts';
import { uidRange } from '../adapters/sandboxes/local/uids.ts';
import { loadMasterKey } from '../adapters/vault/master-key.ts';
import { decryptField, encryptField } from '../adapters/vault/personal-fields.ts';
import { openSqliteVault } from '../adapters/vault/sqlite.ts';
import type { CreatedSession } from '../api/application/command.ts';
import type { Vault } from '../commands/ports/vault.ts';
import { createReader, type Reader } from '../commands/reader.ts';
import { rightOf } from '../domain/testing/outcome.ts';
import type { SessionView } from '../projections/views.ts';
import { untilLogged } from './crash/log-file.ts';
import { heldBy, mailAccount, resourcesOf, usePostgres } from './crash/resources.ts';
import { type HttpVisitor, isAtRest, newHttpVisitor, until } from './support/http-visitor.ts';
import { startServer, type TestServer } from './support/server.ts';

const LIMIT_MS = 240_000;
const ADMIN_TOKEN = 'the-operator-of-this-test';
const STRAY = 'straystray12';
const DIARY = 'Build me a list of the things I tell nobody.';
const ONE_OF_EACH = { databases: 1, roles: 1, audiences: 1, mailKeys: 1, repositories: 1, sandboxes: 1 };
const NOTHING = {
  databases: 0,
  copies: 0,
  roles: 0,
  audiences: 0,
  mailKeys: 0,
  repositories: 0,
  sandboxes: 0,
};

let server: TestServer;
let visitor: HttpVisitor;
let kept: CreatedSession;
let gone: CreatedSession;

beforeAll(async () => {
  server = await startServer({ VM_POOL_TARGET_SIZE: '0', ADMIN_TOKEN });
  visitor = await newHttpVisitor(() => server.url);
  kept = await visitor.startSession(DIARY);
  gone = await visitor.startSession(DIARY);
  for (const { sessionId } of [kept, gone]) await until(() => visitor.view(sessionId), isAtRest);
}, LIMIT_MS);
afterAll(() => server?.close());

const operator = async (method: 'GET' | 'POST', path: string): Promise<unknown> => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return (await fetch(server.url + path, { method, headers })).json();
};

const analytics = <A>(use: (store: ReturnType<typeof openAnalyticsStore>) => A): A => {
  const store = openAnalyticsStore({ file: join(server.dataDir, 'analytics', 'analytics.db') });
  try {
    return use(store);
  } finally {
    store.close();
  }
};

/** The log as the server itself reads it. */
const usingLog = async (
  dataDir: string,
  work: (log: { readonly vault: Vault; readonly reader: Reader }) => Promise<void>,
): Promise<void> => {
  const masterKey = rightOf(loadMasterKey({ env: undefined, dataDir }));
  const vault = rightOf(openSqliteVault({ file: join(dataDir, 'log', 'vault.db'), masterKey }));
  const store = rightOf(openSqliteEventStore({ file: join(dataDir, 'log', 'events.db') }));
  try {
    const cipher = { encryptField, decryptField };
    await work({ vault, reader: createReader({ store, vault, cipher }) });
  } finally {
    vault.close();
    await store.close();
  }
};

const countsOf = async (slug: string) => {
  const resources = await resourcesOf(server.dataDir);
  return Object.fromEntries(
    Object.entries(resources).map(([kind, names]) => [kind, heldBy(slug, names).length]),
  );
};

const appDir = ({ slug }: CreatedSession) => join(server.dataDir, 'sandboxes', `mk0r-${slug}`, 'app');
const git = (session: CreatedSession, ...args: string[]): string =>
  execFileSync('git', ['-c', 'safe.directory=*', '-C', appDir(session), ...args], {
    encoding: 'utf8',
  }).trim();

describe('a session that is deleted', () => {
  test(
    'leaves nothing at any service, no directory, and words that nobody can read',
    async () => {
      const { dataDir } = server;
      expect(await countsOf(gone.slug)).toMatchObject(ONE_OF_EACH);
      expect((await visitor.request('DELETE', `/api/sessions/${gone.sessionId}`)).status).toBe(202);
      await untilLogged(dataDir, gone.sessionId, ({ type }) => type === 'SessionForgotten');

      expect(await countsOf(gone.slug)).toEqual(NOTHING);
      expect(analytics((store) => store.apps())).toEqual([`mk0r-${kept.slug}`]);
      expect(readdirSync(join(dataDir, 'sandboxes'))).toEqual([`mk0r-${kept.slug}`]);
      expect((await visitor.request('GET', `/api/sessions/${gone.sessionId}`)).status).toBe(404);

      await usingLog(dataDir, async ({ vault, reader }) => {
        expect(await vault.dataKey(gone.sessionId)()).toEqual(E.right(undefined));
        expect(await vault.all(gone.sessionId)()).toEqual(E.right({}));
        const told = async ({ sessionId }: CreatedSession) => {
          const events = await reader.session(sessionId)();
          return E.isLeft(events) ? [] : events.right.filter(({ type }) => type === 'TurnSubmitted');
        };
        expect(await told(kept)).toMatchObject([{ data: { prompt: DIARY } }]);
        expect(await told(gone)).toMatchObject([{ data: { prompt: '[erased]' } }]);
      });
      expect(await countsOf(kept.slug)).toMatchObject(ONE_OF_EACH);
    },
    LIMIT_MS,
  );
});

describe('what nobody owns', () => {
  test(
    'is released at every service; what is not ours, or somebody’s, stays',
    async () => {
      const { dataDir } = server;
      const before = await resourcesOf(dataDir);
      const signal = AbortSignal.timeout(30_000);
      const mail = mailAccount(dataDir);
      await usePostgres(dataDir, async (client) => {
        await client.query(`CREATE ROLE mk0r_${STRAY} LOGIN`);
        await client.query(`CREATE DATABASE mk0r_${STRAY} OWNER mk0r_${STRAY}`);
        await client.query('CREATE DATABASE production');
        await client.query('CREATE DATABASE mk0r_docs');
      });
      const { id } = await mail.createSegment(`mk0r-${STRAY} Users`, signal);
      await mail.createKey(`mk0r-${STRAY}`, id, signal);
      await mail.createSegment('Customers', signal);
      for (const name of [`mk0r-${STRAY}`, 'notes'])
        execFileSync('git', ['init', '-q', '--bare', join(dataDir, 'git', `${name}.git`)]);
      analytics((store) => store.register(`mk0r-${STRAY}`));
      const sandbox = join(dataDir, 'sandboxes', `mk0r-${STRAY}`);
      mkdirSync(sandbox);
      const record = { version: 1, name: `mk0r-${STRAY}`, uid: uidRange(dataDir).first + 900, template: 't' };
      writeFileSync(join(sandbox, 'sandbox.json'), JSON.stringify(record));
      mkdirSync(join(dataDir, 'sandboxes', 'notes'));
      expect(await countsOf(STRAY)).toMatchObject(ONE_OF_EACH);

      expect(await operator('POST', '/api/orphans/release')).toEqual({
        found: 5,
        released: 5,
        failed: 0,
        missing: 0,
        retried: 0,
        unreachable: [],
      });
      expect(await countsOf(STRAY)).toEqual(NOTHING);
      expect(await resourcesOf(dataDir)).toEqual({
        ...before,
        databases: expect.arrayContaining([...before.databases, 'production', 'mk0r_docs']),
        audiences: expect.arrayContaining([...before.audiences, 'Customers']),
        repositories: expect.arrayContaining([...before.repositories, 'notes.git']),
        sandboxes: expect.arrayContaining([...before.sandboxes, 'notes']),
      });
      expect(analytics((store) => store.apps())).toEqual([`mk0r-${kept.slug}`]);
      expect(await operator('GET', '/api/orphans')).toEqual({
        sweptAt: expect.any(String),
        orphans: [],
        stuck: [],
        missing: [],
      });
      expect(await operator('POST', '/api/orphans/release')).toMatchObject({ found: 0, missing: 0 });
    },
    LIMIT_MS,
  );
});

describe('a sandbox that comes back', () => {
  const woken = async (): Promise<SessionView> => {
    await visitor.request('POST', `/api/sessions/${kept.sessionId}/wake`, {});
    return until(
      () => visitor.view(kept.sessionId),
      ({ sandbox }) => sandbox === 'awake',
    );
  };
  /** Something happens to its files while it sleeps. */
  const meanwhile = async (harm: () => void): Promise<void> => {
    await server.end('SIGTERM');
    harm();
    await server.start();
    await until(
      () => visitor.view(kept.sessionId),
      ({ sandbox }) => sandbox === 'asleep',
    );
  };

  test(
    'stands at the commit the log names, although its files stood elsewhere',
    async () => {
      const { at, root } = (await visitor.view(kept.sessionId)).history;
      await meanwhile(() => {
        git(kept, 'reset', '-q', '--hard', root);
        writeFileSync(join(appDir(kept), 'half-done.txt'), 'not committed');
      });
      expect((await woken()).history.at).toBe(at);
      expect(git(kept, 'rev-parse', 'HEAD')).toBe(at);
      expect(git(kept, 'status', '--porcelain')).toBe('');
      expect(git(kept, 'for-each-ref', 'refs/mk0r/aside')).not.toBe('');
    },
    LIMIT_MS,
  );

  test(
    'has its code from the repository and its env from the vault, where nothing is left of it',
    async () => {
      const { at } = (await visitor.view(kept.sessionId)).history;
      await meanwhile(() => rmSync(join(appDir(kept), '..'), { recursive: true }));
      expect((await woken()).history.at).toBe(at);
      expect(git(kept, 'rev-parse', 'HEAD')).toBe(at);
      expect(git(kept, 'status', '--porcelain')).toBe('');
      expect(existsSync(join(appDir(kept), '.env'))).toBe(true);
      expect(await countsOf(kept.slug)).toMatchObject(ONE_OF_EACH);
    },
    LIMIT_MS,
  );
});
