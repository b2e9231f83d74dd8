import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { right } from '../../../domain/testing/outcome.ts';
import { type NeonStandIn, startNeonStandIn } from '../../../tests/stand-ins/neon/server.ts';
import { databaseContract, query, urlOf } from '../database.contract.ts';
import type { EmbeddedPostgres } from '../embedded/postgres.ts';
import { newSlug, silent, type TestCluster, testCluster } from '../embedded/testing.ts';
import { neonDatabaseProvider } from '../neon/provider.ts';
import { throughRelay } from './endpoint.ts';
import { type DatabaseRelay, startDatabaseRelay } from './relay.ts';
import { relayedDatabaseProvider } from './relayed-provider.ts';

const KEY = 'napi_the_key_of_this_test_run';

let files: TestCluster;
let cluster: EmbeddedPostgres;
let neon: NeonStandIn;
let relay: DatabaseRelay;

beforeAll(async () => {
  files = await testCluster();
  cluster = await files.start();
  neon = await startNeonStandIn({ cluster, key: KEY });
  const allows = ({ host, port }: { host: string; port: number }) =>
    host === '127.0.0.1' && port === cluster.port;
  relay = await startDatabaseRelay({ port: 0, tls: false, allows, logger: silent });
});
afterAll(async () => {
  await relay.close();
  await neon.close();
  await cluster.close();
  await files.remove();
});

const provider = () =>
  relayedDatabaseProvider(
    neonDatabaseProvider({ key: KEY, baseUrl: neon.url, sqlUrl: neon.sqlUrl }),
    relay.port,
  );

databaseContract('Neon (stand-in) through the relay', async () => ({
  provider: provider(),
  slug: newSlug,
  close: async () => {},
}));

describe('the way of a sandbox to its database', () => {
  const provision = () => {
    const slug = newSlug();
    return right(provider().provision({ sessionId: 's', slug, signal: AbortSignal.timeout(60_000) }));
  };

  it('leads through loopback alone, and says where to in its own words', async () => {
    const { env, facts } = await provision();
    const url = new URL(env.DATABASE_URL ?? '');
    expect(url.host).toBe(`127.0.0.1:${relay.port}`);
    expect(url.searchParams.get('options')).toBe(`endpoint=127.0.0.1:${cluster.port}`);
    expect(facts.host).toBe('127.0.0.1');
  });

  it('carries many connections at once, each with more than fits a packet', async () => {
    const url = urlOf(await provision());
    const lengths = await Promise.all(
      Array.from({ length: 8 }, () =>
        query(url, "SELECT length(repeat('x', 300000)) AS n, repeat('x', 300000) AS x"),
      ),
    );
    expect(lengths.map(([row]) => [row?.n, String(row?.x).length])).toEqual(
      Array.from({ length: 8 }, () => [300_000, 300_000]),
    );
  });

  it('leads nowhere else, whatever the connection string asks for', async () => {
    const url = urlOf(await provision());
    for (const endpoint of [
      'endpoint=169.254.169.254',
      'endpoint=127.0.0.1:22',
      '-c role=x',
      'endpoint=../x',
      '',
    ]) {
      const other = new URL(url);
      other.searchParams.set('options', endpoint);
      await expect(query(other.href, 'SELECT 1')).rejects.toThrow(/DATABASE_URL/);
    }
  });

  it('does not go without a verified certificate where TLS is asked for', async () => {
    const strict = await startDatabaseRelay({ port: 0, tls: true, allows: () => true, logger: silent });
    const { env } = await provision();
    const plain = throughRelay(`postgresql://u:p@127.0.0.1:${cluster.port}/d`, strict.port);
    expect(env.DATABASE_URL).not.toBe(plain);
    await expect(query(plain, 'SELECT 1')).rejects.toThrow(/cannot be reached/);
    await strict.close();
  });

  it('is closed to whoever does not speak Postgres', async () => {
    for (const noise of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\x08\x04\xd2\x16\x2fmore', '\xff'.repeat(40)]) {
      const socket = connect(relay.port, '127.0.0.1');
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      socket.write(Buffer.from(noise, 'latin1'));
      await closed;
    }
    expect(await query(urlOf(await provision()), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
