import { Client, type ClientBase } from 'pg';
import { describe, expect, it } from 'vitest';
import { databaseName } from '../../../domain/services.ts';
import { right } from '../../../domain/testing/outcome.ts';
import { PATIENT, query, urlOf } from '../database.contract.ts';
import { type Look, lookAt } from './fingerprint.ts';
import { embeddedDatabaseProvider } from './provider.ts';
import { newSlug, runningCluster } from './testing.ts';

const cluster = runningCluster();

describe('a look at a database of a session', () => {
  const session = async () => {
    const slug = newSlug();
    const signal = AbortSignal.timeout(60_000);
    const provided = await right(
      embeddedDatabaseProvider(cluster()).provision({ sessionId: 's', slug, signal }),
    );
    const url = urlOf(provided);
    await query(url, 'CREATE TABLE habits (name text)');
    return { name: databaseName(slug), url };
  };

  const settled = async (client: ClientBase, name: string): Promise<Look | undefined> => {
    await expect.poll(async () => (await lookAt(client, name))?.settled, { timeout: 30_000 }).toBe(true);
    return lookAt(client, name);
  };

  it('is not certain while somebody is connected who has only just asked for something', async () => {
    const { name, url } = await session();
    const app = new Client({ connectionString: url, connectionTimeoutMillis: PATIENT.connectMs });
    await app.connect();
    await app.query('SELECT 1');
    const look = await cluster().admin.use(undefined, (client) => lookAt(client, name));
    await app.end();
    expect(look).toMatchObject({ settled: false });
  });

  it('never takes what one has done who leaves in its midst for nothing', async () => {
    const { name, url } = await session();
    await cluster().admin.use(undefined, async (client) => {
      const before = await settled(client, name);
      const app = new Client({ connectionString: url, connectionTimeoutMillis: PATIENT.connectMs });
      await app.connect();
      await app.query("INSERT INTO habits VALUES ('run')");
      // Its process is gone when its socket is closed, in between each of the statements of a look.
      const inTheMidst = new Proxy(client, {
        get: (target, key) =>
          key === 'query'
            ? async (text: string, values: unknown[]) => {
                const result = await target.query(text, values);
                await app.end();
                return result;
              }
            : Reflect.get(target, key),
      });
      const look = await lookAt(inTheMidst, name);
      expect(look).not.toEqual(before);
      expect(await settled(client, name)).not.toEqual(before);
    });
  });
});
