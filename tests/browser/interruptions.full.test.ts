import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage, sessionPage } from '../support/session-page.ts';
import { tellOnFailure } from '../support/tell-on-failure.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

/** How long the network is away in the middle of a turn; thirty seconds where there is time. */
const AWAY_MS = process.env.MK0R_LONG === '1' ? 30_000 : 4_000;
const asleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A visitor whose network goes, whose laptop sleeps, who has the session open twice. A second tab sees everything without
 * an interruption, and what the first one shows in the end has to be the same.
 */
describeInBrowser('a visitor who is interrupted in the middle of a turn', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let session: SessionPage;
  let prompts = 1;

  /** The server goes on working; nobody reaches it, and whoever was connected is not any more. */
  const network = (state: 'down' | 'up'): Promise<void> =>
    server.outage(Number(new URL(server.url).port), state);

  /** What the log itself says was said and done, with every event in its place. */
  const recorded = async (): Promise<readonly { readonly pos: number; readonly type: string }[]> => {
    const { body } = await visitor.ask(`/api/sessions/${session.id}/events?limit=1000`);
    return (body as { events: readonly { pos: number; type: string }[] }).events;
  };

  /** Sends a message, interrupts once the agent is at it, and goes on when the turn has ended without this tab. */
  const interrupted = async (words: string, during: () => Promise<void>): Promise<void> => {
    await session.send(words);
    prompts += 1;
    await visitor.page.getByRole('button', { name: 'Stop' }).waitFor();
    await during();
    await session.committed(prompts);
    await session.live();
  };

  /** Complete, in order, nothing twice: as a tab has it that asks for everything anew. */
  const isWhole = async (): Promise<void> => {
    const shown = await session.conversation();
    expect(shown).toHaveLength(prompts);
    const fresh = sessionPage(await visitor.context.newPage(), session.id);
    await fresh.page.goto(visitor.page.url());
    await fresh.live();
    await expect.poll(() => fresh.conversation(), { timeout: 20_000 }).toEqual(shown);
    await fresh.page.close();
    const events = await recorded();
    expect(events.map(({ pos }) => pos)).toEqual(events.map((_, index) => index));
    expect(events.filter(({ type }) => type === 'TurnSubmitted')).toHaveLength(prompts);
  };

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openChromium()]);
    visitor = await newVisitor(browser);
    session = await build(visitor.page, server.url, 'Build me a habit tracker');
    await session.committed(1);
    await session.app.getByLabel('New habit').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  tellOnFailure(() => ({ server, visitor }));

  it(`by a network that is away for ${AWAY_MS / 1_000} s`, async () => {
    await interrupted('Make it orange', async () => {
      await network('down');
      await visitor.page.getByText(/^Reconnecting from event \d+/).waitFor();
      await asleep(AWAY_MS);
      await network('up');
    });
    await isWhole();
  });

  it('by a laptop that sleeps', async () => {
    const devtools = await visitor.context.newCDPSession(visitor.page);
    await interrupted('Make it green', async () => {
      await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
      // A machine that sleeps keeps no connection, and wakes to dead ones.
      await network('down');
      await asleep(AWAY_MS);
      await network('up');
      await devtools.send('Page.setWebLifecycleState', { state: 'active' });
    });
    await devtools.detach();
    await isWhole();
  });

  it('by a tab that is duplicated, and by one that is reloaded', async () => {
    const twin = sessionPage(await visitor.context.newPage(), session.id);
    await interrupted('Make it blue', async () => {
      await twin.page.goto(visitor.page.url());
      await twin.live();
      await visitor.page.reload();
    });
    await twin.committed(prompts);
    await expect.poll(() => twin.conversation(), { timeout: 20_000 }).toEqual(await session.conversation());
    await twin.page.close();
    await isWhole();
  });

  it('keeps what was written and could not be sent, and sends it once', async () => {
    await network('down');
    await visitor.page.getByText(/^Reconnecting from event \d+/).waitFor();
    const message = visitor.page.getByRole('textbox', { name: 'Message' });
    await session.send('Call it "Momentum"');
    await visitor.page
      .getByText(/server cannot be reached/)
      .first()
      .waitFor();
    expect(await message.inputValue()).toBe('Call it "Momentum"');
    await network('up');
    await session.live();
    await visitor.page.getByRole('button', { name: 'Send' }).click();
    prompts += 1;
    await session.committed(prompts);
    await isWhole();
  });

  it('by a Stop, which takes effect at once and leaves the queue', async () => {
    await session.send('Make it red');
    await visitor.page.getByRole('button', { name: 'Stop' }).waitFor();
    await session.send('Make it orange');
    prompts += 2;
    await visitor.page.getByText('Next', { exact: true }).waitFor();
    await visitor.page.keyboard.press('Escape');
    await session.turns
      .nth(prompts - 2)
      .getByText(/^Stopped/)
      .waitFor();
    await session.committed(prompts);
    expect(await session.conversation()).toHaveLength(prompts);
  });

  it('sees no error in any console but that of the cut network', () => {
    const others = visitor.received.complaints.filter(
      (text) => !/ERR_|websocket|failed to (load|fetch)|\[vite\]/i.test(text),
    );
    expect(others).toEqual([]);
  });
});
