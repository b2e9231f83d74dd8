import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { startWholeCloud, type WholeCloud } from '../stand-ins/whole-cloud.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { placesInFirestore } from '../support/in-firestore.ts';
import { findSecrets } from '../support/secret-search.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

/** The first turn again, with every cloud adapter there is switched on, each against its stand-in over a real socket. */
describeInBrowser('a stranger, where everything is in the cloud', () => {
  // E2B's stand-in has real sandboxes of this machine.
  describe.runIf(hasBwrap)('and nothing on this machine', () => {
    let cloud: WholeCloud;
    let server: TestServer;
    let browser: Browser;
    let visitor: Visitor;
    let session: SessionPage;

    beforeAll(async () => {
      cloud = await startWholeCloud();
      [server, browser] = await Promise.all([startServer(cloud.env), openChromium()]);
      visitor = await newVisitor(browser);
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      await cloud?.close();
    });

    tellOnFailure(() => ({ server, visitor }));

    const rows = (table: string) => visitor.ask(`/api/sessions/${session.id}/database/${table}?limit=10`);
    const streak = () => session.app.getByText('1-day streak');

    it('signs in at Firebase, types one sentence and uses the app in the preview', async () => {
      session = await build(visitor.page, server.url, PROMPT);
      await session.committed(1);
      await session.app.getByLabel('New habit').fill('Read 20 pages');
      await session.app.getByRole('button', { name: 'Add habit' }).click();
      await session.app.getByRole('button', { name: 'Check in Read 20 pages' }).click();
      await streak().waitFor();
    });

    it('is served by all eight: none of them is embedded', async () => {
      const health = (await (await fetch(`${server.url}/healthz`)).json()) as {
        readonly isolation: unknown;
        readonly services: Readonly<Record<string, string>>;
      };
      expect(health.services).toEqual({
        log: 'kurrentdb',
        vault: 'firestore',
        views: 'firestore',
        neon: 'neon',
        resend: 'resend',
        github: 'github',
        posthog: 'posthog',
        identity: 'firebase',
      });
      expect(JSON.stringify(health.isolation)).toContain('e2b');
      const kept = readdirSync(server.dataDir);
      for (const embedded of ['postgres', 'analytics', 'identity', 'sandboxes'])
        expect(kept).not.toContain(embedded);
      expect(readdirSync(join(server.dataDir, 'log'))).toEqual([]);
    });

    it('has its history in KurrentDB and its views in Firestore', async () => {
      const stream = `session-${session.id}`;
      const types = cloud.kurrent.log.all().flatMap((event) => (event.stream === stream ? [event.type] : []));
      for (const type of ['SandboxClaimed', 'NeonProvisioned', 'EnvWritten', 'TurnCommitted'])
        expect(types).toContain(type);
      const found = findSecrets({ prompt: PROMPT }, placesInFirestore(cloud.firestore));
      expect(found.some((hit) => hit.startsWith('prompt in mk0r_kurrentdb_views/'))).toBe(true);
    });

    it('has a virtual machine at E2B, and the data in a project of its own at Neon', async () => {
      expect(cloud.e2b.live().map(({ name }) => name)).toContain(`mk0r-${session.slug}`);
      expect(cloud.services.neon.live().map(({ name }) => name)).toContain(`mk0r-${session.slug}`);
      expect(JSON.stringify((await rows('habits')).body)).toContain('Read 20 pages');
    });

    it('has an audience and a key at Resend, and the code in a private repository at GitHub', async () => {
      const { resend, github } = cloud.services;
      expect(resend.keys().map(({ name }) => name)).toContain(`mk0r-${session.slug}`);
      const at = async () => (await github.refs(`mk0r-${session.slug}`))['refs/heads/main'];
      await expect.poll(at, { timeout: 30_000 }).toMatch(/^[0-9a-f]{40}$/);
      expect(github.live().find(({ name }) => name === `mk0r-${session.slug}`)).toMatchObject({
        private: true,
      });
    });

    it('is counted at PostHog, in the group of its app', async () => {
      const ours = () =>
        cloud.services.posthog
          .taken()
          .filter(({ properties }) => JSON.stringify(properties).includes(`mk0r-${session.slug}`))
          .map(({ event }) => event);
      await expect.poll(ours, { timeout: 30_000 }).toContain('first turn finished');
      expect(ours()).toContain('session claimed');
    });

    it('finds the streak again after a reload, and after every server of ours was killed', async () => {
      await visitor.page.reload();
      await session.live();
      await streak().waitFor();
      await server.end('SIGKILL');
      await server.start();
      await visitor.page.reload();
      await session.live();
      await streak().waitFor();
      expect(cloud.e2b.live().filter(({ name }) => name === `mk0r-${session.slug}`)).toHaveLength(1);
    });

    it('is told where the mails are, and by whom each service is provided', async () => {
      await visitor.page.getByRole('tab', { name: 'Backend' }).click();
      for (const provider of ['neon', 'resend', 'github', 'posthog'])
        await visitor.page.getByRole('definition').filter({ hasText: provider }).first().waitFor();
      await visitor.page.getByRole('button', { name: 'Mail', exact: true }).click();
      await visitor.page.getByText('The mails of this app are kept at Resend.').waitFor();
    });

    it('has seen no key of ours, and neither has the log', async () => {
      const messages = [...(await visitor.received.bodies()), ...visitor.received.frames];
      const places = [
        { name: 'the server’s log', text: server.log() },
        ...messages.map(({ url, text }) => ({ name: url, text })),
      ];
      expect(places.length).toBeGreaterThan(20);
      expect(findSecrets(cloud.secrets, places)).toEqual([]);
    });
  });
});
