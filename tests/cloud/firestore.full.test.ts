import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreatedSession } from '../../api/application/command.ts';
import { PROJECTIONS } from '../../api/composition/projection-list.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import { mk0r } from '../forgetting/command-line.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../stand-ins/firestore/server.ts';
import { type HttpVisitor, isAtRest, newHttpVisitor, until } from '../support/http-visitor.ts';
import { placesInFirestore } from '../support/in-firestore.ts';
import { onDisk } from '../support/on-disk.ts';
import { findSecrets, type Secrets } from '../support/secret-search.ts';
import { startServer, type TestServer } from '../support/server.ts';

const LIMIT_MS = 240_000;
const ADMIN_TOKEN = 'the-operator-of-this-test';
const OWNER = 'quokka@bakery.example';
const PROMPT = `A waitlist for the Quokka Bakery that mails me at ${OWNER}`;

describe('a server whose vault and views are in Firestore', () => {
  let firestore: FirestoreStandIn;
  let server: TestServer;
  let visitor: HttpVisitor;
  let session: CreatedSession;
  let secrets: Secrets;
  const words: Secrets = { prompt: PROMPT, 'name of the product': 'Quokka Bakery', address: OWNER };

  const view = () => visitor.view(session.sessionId);
  const inFirestore = (what: Secrets) => findSecrets(what, placesInFirestore(firestore));
  const operator = async (method: string, path: string) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const answer = await fetch(server.url + path, { method, headers });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as { readonly projections: readonly ProjectionStatus[] };
  };
  const command = (...args: readonly string[]) =>
    mk0r(server.dataDir, { ...env(), ADMIN_TOKEN, PORT: new URL(server.url).port }, ...args);

  const env = () => ({
    FIREBASE_PROJECT_ID: 'apps-of-ann',
    FIRESTORE_KEEPS: 'vault+views',
    FIRESTORE_EMULATOR_HOST: firestore.host,
    MK0R_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    MK0R_RATE_LIMITS: 'off',
  });

  beforeAll(async () => {
    firestore = await startFirestoreStandIn();
    server = await startServer({ ...env(), VM_POOL_TARGET_SIZE: '0', ADMIN_TOKEN });
    visitor = await newHttpVisitor(() => server.url);
    session = await visitor.startSession(PROMPT);
    await until(view, isAtRest);
    const {
      DATABASE_URL = '',
      NEON_ROLE_PASSWORD = '',
      RESEND_API_KEY = '',
    } = onDisk(server.dataDir, session.slug).env();
    secrets = { DATABASE_URL, NEON_ROLE_PASSWORD, RESEND_API_KEY };
  }, LIMIT_MS);
  afterAll(async () => {
    await server?.close();
    await firestore?.close();
  });

  test('keeps neither in its data directory', () => {
    const files = readdirSync(join(server.dataDir, 'log'));
    expect(files).toContain('events.db');
    expect(files.filter((name) => /^(vault|views)/.test(name))).toEqual([]);
    const collections = firestore.documents().map(({ name }) => /documents\/(\w+)/.exec(name)?.[1]);
    expect([...new Set(collections)].toSorted()).toEqual([
      'mk0r_projections',
      'mk0r_vault',
      'mk0r_vault_sessions',
      'mk0r_views',
      'mk0r_views_of',
    ]);
  });

  test('shows there what people said, and no secret of theirs', () => {
    expect(new Set(inFirestore(words).map((hit) => hit.replace(/ in .*/, '')))).toEqual(
      new Set(Object.keys(words)),
    );
    expect(inFirestore(secrets)).toEqual([]);
  });

  test(
    'knows everything after it was killed and started again, and makes nothing anew',
    async () => {
      const before = { view: await view(), turns: await visitor.turns(session.sessionId) };
      await server.end('SIGKILL');
      await server.start();
      const after = await until(view, (now) => now.revision >= before.view.revision && isAtRest(now));
      expect(after.history).toEqual(before.view.history);
      expect(await visitor.turns(session.sessionId)).toEqual(before.turns);
      const { projections } = await operator('GET', '/api/projections');
      expect(projections.map(({ serving }) => serving?.generation)).toEqual(PROJECTIONS.map(() => 1));
      const { body } = await visitor.request('GET', `/api/sessions/${session.sessionId}/env`);
      expect(JSON.stringify(body)).toContain('DATABASE_URL');
    },
    LIMIT_MS,
  );

  test(
    'rebuilds every view while it serves, keeps the one before to go back to, and deletes the one before that',
    async () => {
      const before = await view();
      for (const generation of [2, 3]) {
        for (const { name } of PROJECTIONS) await operator('POST', `/api/projections/${name}/rebuild`);
        const { projections } = await until(
          () => operator('GET', '/api/projections'),
          (answer) => answer.projections.every(({ building }) => building === undefined),
        );
        expect(projections.map(({ serving }) => serving?.generation)).toEqual(
          PROJECTIONS.map(() => generation),
        );
      }
      expect((await view()).history).toEqual(before.history);
      await operator('POST', '/api/projections/session_view/rollback');
      expect((await view()).history).toEqual(before.history);
      const said = await command('projections');
      expect(said).toMatch(/session_view +session_view_v\d+~2 +serving +0 events behind/);
      expect(said).toMatch(/session_view +session_view_v\d+~3 +kept/);
      await expect
        .poll(() => placesInFirestore(firestore).filter(({ name }) => rowOf(name, 1)).length)
        .toBe(0);
      expect(placesInFirestore(firestore).filter(({ name }) => rowOf(name, 2))).not.toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'has none of it left there once the session was deleted, in no view that serves or is kept, and no key',
    async () => {
      const path = `/api/sessions/${session.sessionId}`;
      expect((await visitor.request('DELETE', path)).status).toBe(202);
      await expect.poll(() => inFirestore(words), { timeout: 90_000, interval: 500 }).toEqual([]);
      expect(inFirestore(secrets)).toEqual([]);
      const vault = firestore.documents().filter(({ name }) => name.includes('/mk0r_vault_sessions/'));
      expect(vault.map(({ fields }) => fields)).toEqual([{ shredded: expect.anything() }]);
      expect(await command('audit', session.sessionId, '--verify')).toMatch(/every seal fits/);
      expect(await command('audit', session.sessionId, '--json')).toContain('[erased]');

      for (const { name } of PROJECTIONS) await operator('POST', `/api/projections/${name}/rebuild`);
      await until(
        () => operator('GET', '/api/projections'),
        (answer) => answer.projections.every(({ building }) => building === undefined),
      );
      expect(inFirestore(words)).toEqual([]);
    },
    LIMIT_MS,
  );
});

/** Whether a document is a row of the table's generation; names of tables are encoded (`adapters/firestore/ids.ts`). */
const rowOf = (name: string, generation: number): boolean => {
  const [, table, below] = /^mk0r_views\/n_([^/]+)\/(rows|parts)\//.exec(name) ?? [];
  if (below === undefined) return false;
  const [, of = '1'] = Buffer.from(table ?? '', 'base64url')
    .toString('utf8')
    .split('~');
  return Number(of) === generation;
};
