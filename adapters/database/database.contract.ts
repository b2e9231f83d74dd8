import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provisioned, ServiceProvider } from '../../commands/ports/services.ts';
import { SERVICE_ENV_NAMES } from '../../domain/services.ts';
import { left, right } from '../../domain/testing/outcome.ts';
import { withClient } from './with-client.ts';

export type DatabaseHarness = {
  readonly provider: ServiceProvider;
  /** Slugs nothing else uses, so that the suite may run against a real account. */
  readonly slug: () => string;
  readonly close: () => Promise<void>;
};

/** More than a visitor would wait for: a machine that is busy with other tests is not a database that is away. */
export const PATIENT = { timeoutMs: 20_000, connectMs: 20_000 };

export const query = (databaseUrl: string, text: string): Promise<readonly Record<string, unknown>[]> =>
  withClient(databaseUrl, PATIENT, async (client) => (await client.query(text)).rows);

export const urlOf = ({ env }: Provisioned): string => env.DATABASE_URL ?? '';

/** What every provider of the session's database promises. */
export const databaseContract = (name: string, open: () => Promise<DatabaseHarness>): void => {
  describe(`${name} as the database of a session`, () => {
    let harness: DatabaseHarness;
    const used: string[] = [];

    const request = (slug: string, signal = AbortSignal.timeout(60_000)) => ({
      sessionId: `s-${slug}`,
      slug,
      signal,
    });
    const newSlug = (): string => {
      const slug = harness.slug();
      used.push(slug);
      return slug;
    };
    const provision = (slug: string) => right(harness.provider.provision(request(slug)));
    const release = (slug: string) => right(harness.provider.release(request(slug)));
    const listed = async (slug: string) =>
      (await right(harness.provider.list(AbortSignal.timeout(60_000)))).filter((it) => it.slug === slug);

    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      for (const slug of used) await release(slug);
      await harness.close();
    });

    it('answers queries at the URL it hands out, and hands out every variable of the contract', async () => {
      const provisioned = await provision(newSlug());
      expect(await query(urlOf(provisioned), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(Object.keys(provisioned.env).sort()).toEqual([...SERVICE_ENV_NAMES.neon].sort());
    });

    it('is Postgres 17', async () => {
      const [row] = await query(urlOf(await provision(newSlug())), 'SHOW server_version_num');
      expect(String(row?.server_version_num)).toMatch(/^17/);
    });

    it('publishes no secret among its facts', async () => {
      const { env, facts, resourceId } = await provision(newSlug());
      const published = JSON.stringify([facts, resourceId]);
      expect(env.NEON_ROLE_PASSWORD?.length).toBeGreaterThan(12);
      expect(published).not.toContain(env.NEON_ROLE_PASSWORD);
    });

    it('leaves one database, with what is in it, when provisioned twice', async () => {
      const slug = newSlug();
      const first = await provision(slug);
      await query(urlOf(first), 'CREATE TABLE habits (name text); INSERT INTO habits VALUES ($$run$$)');
      const second = await provision(slug);
      expect(second.resourceId).toBe(first.resourceId);
      expect(await query(urlOf(second), 'SELECT name FROM habits')).toEqual([{ name: 'run' }]);
      expect(await listed(slug)).toHaveLength(1);
    });

    it('leaves one database when two attempts overlap', async () => {
      const slug = newSlug();
      await Promise.all([provision(slug), provision(slug), provision(slug)]);
      expect(await listed(slug)).toHaveLength(1);
      expect(await query(urlOf(await provision(slug)), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });

    it('keeps what one session stores from another', async () => {
      const [one, other] = [await provision(newSlug()), await provision(newSlug())];
      await query(urlOf(one), 'CREATE TABLE secrets (word text)');
      await expect(query(urlOf(other), 'SELECT * FROM secrets')).rejects.toThrow(/does not exist/);
      const trespass = new URL(urlOf(other));
      trespass.pathname = new URL(urlOf(one)).pathname;
      await expect(query(trespass.href, 'SELECT 1')).rejects.toThrow();
    });

    it('lists what it provisioned under the name of the session', async () => {
      const slug = newSlug();
      const { resourceId } = await provision(slug);
      expect(await listed(slug)).toEqual([{ resourceId, slug, name: `mk0r-${slug}` }]);
    });

    it('no longer answers, nor lists, what was released', async () => {
      const slug = newSlug();
      const provisioned = await provision(slug);
      await release(slug);
      expect(await listed(slug)).toEqual([]);
      await expect(query(urlOf(provisioned), 'SELECT 1')).rejects.toThrow();
    });

    it('releases what is already gone, or never was', async () => {
      const slug = newSlug();
      await provision(slug);
      await release(slug);
      await release(slug);
      await release(newSlug());
    });

    it('begins empty again when provisioned after a release', async () => {
      const slug = newSlug();
      await query(urlOf(await provision(slug)), 'CREATE TABLE habits (name text)');
      await release(slug);
      await expect(query(urlOf(await provision(slug)), 'SELECT * FROM habits')).rejects.toThrow(
        /does not exist/,
      );
    });

    it('does nothing once its deadline has passed', async () => {
      const slug = newSlug();
      const error = await left(harness.provider.provision(request(slug, AbortSignal.abort())));
      expect(error).toMatchObject({ code: 'aborted', retryable: true });
      expect(await listed(slug)).toEqual([]);
    });
  });
};
