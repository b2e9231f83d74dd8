import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEvent, AuditPage, SessionView } from '../../projections/views.ts';
import { expectNoBarriers, press, tabTo, violations } from '../support/accessibility.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { until } from '../support/http-visitor.ts';
import { ADMIN_TOKEN, lengthenSession, newOperator } from '../support/operator.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { build, type SessionPage } from '../support/session-page.ts';
import { newVisitor, type Visitor } from '../support/visitor.ts';

const PROMPT = 'Build me a list of the things I tell nobody.';
/** More than a page of the API, and far more than fit a screen. */
const MORE = 700;

/** The events view, wherever it is. */
const historyOn = (page: Page) => {
  const list = page.getByRole('region', { name: 'Events', exact: true });
  const row = (revision: number): Locator => page.locator(`[data-pos="${revision}"]`);
  return {
    list,
    row,
    /** The rows that are in the page now, by revision: those on view, and some around them. */
    rows: () =>
      page.evaluate<readonly number[]>(
        `[...document.querySelectorAll('[data-pos]')].map((row) => Number(row.dataset.pos))`,
      ),
    /** Less than a screenful, and until that is drawn. */
    scrollOn: () =>
      page.evaluate(
        `new Promise((drawn) => {
          document.querySelector('section[aria-label="Events"]').scrollBy(0, 400);
          requestAnimationFrame(() => requestAnimationFrame(drawn));
        })`,
      ),
    types: async (): Promise<readonly string[]> =>
      list.locator('[data-pos] > span:nth-child(2) > span:first-child').allInnerTexts(),
    choose: (filter: string, value: string) => page.getByLabel(filter, { exact: true }).selectOption(value),
    said: (words: string | RegExp) => page.getByRole('status').filter({ hasText: words }).waitFor(),
    slider: page.getByRole('slider', { name: 'Event' }),
    past: page.getByRole('region', { name: 'Time travel' }),
    causes: page.getByRole('list', { name: 'Causes and effects' }),
  };
};
type History = ReturnType<typeof historyOn>;

describeInBrowser('a history', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  let operator: Visitor;
  let session: SessionPage;
  let head: number;
  let events: readonly AuditEvent[];

  const asked = async <A>(path: string): Promise<A> => {
    const response = await operator.context.request.get(`${server.url}${path}`);
    return (await response.json()) as A;
  };
  const all = async (): Promise<readonly AuditEvent[]> =>
    (await asked<AuditPage>(`/api/audit/sessions/${session.id}/events?limit=1000`)).events;
  const revisionOf = (type: string): number => events.find((event) => event.type === type)?.pos ?? -1;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ ADMIN_TOKEN }), openChromium()]);
    [visitor, operator] = await Promise.all([
      newVisitor(browser, { colorScheme: 'dark' }),
      newOperator(browser, `${server.url}/audit`, { colorScheme: 'light' }),
    ]);
    for (const { context } of [visitor, operator]) context.setDefaultTimeout(20_000);
    session = await build(visitor.page, server.url, PROMPT);
    await session.committed(1);
    // Whichever comes last: the data is kept while the commit is being pushed.
    const last = ['CommitPushed', 'CheckpointTaken'];
    await until(
      all,
      (history) =>
        last.includes(history.at(-1)?.type ?? '') &&
        last.every((type) => history.slice(-6).some((event) => event.type === type)),
    );
    await lengthenSession(server.dataDir, session.id, { events: MORE });
    events = await all();
    head = events.length - 1;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  describe('as the operator sees it', () => {
    let page: Page;
    let history: History;

    beforeAll(() => {
      page = operator.page;
      history = historyOn(page);
    });

    it('is found by a part of its slug, and by its state', async () => {
      await page.getByLabel('Find by slug, id or owner').fill(session.slug.slice(2, 9));
      await page
        .getByRole('status')
        .filter({ hasText: /^1 session$/ })
        .waitFor();
      await page.getByLabel('State').selectOption('asleep');
      await page.getByText('No session fits.').waitFor();
      await page.getByLabel('State').selectOption('awake');
      await press(page, page.getByRole('link', { name: session.slug }));
      await page.getByRole('heading', { name: session.id }).waitFor();
    });

    it('is paged through from its last event to its first, with a screenful in the page at a time', async () => {
      await history.said(`${(head + 1).toLocaleString('en')} events`);
      await history.row(head).waitFor();
      expect((await history.rows()).length).toBeLessThan(100);

      await tabTo(page, history.row(head));
      const seen = new Set<number>();
      /** The last of those that are seen at this moment. */
      const look = async (): Promise<number> => {
        const rows = await history.rows();
        for (const revision of rows) seen.add(revision);
        return Math.max(...rows);
      };
      while (!(await history.row(0).isVisible())) {
        await page.keyboard.press('Home');
        await look();
      }
      await page.getByRole('button', { name: 'Newest' }).click();
      await history.row(head).waitFor();
      await page.getByRole('button', { name: 'First' }).click();
      // The first row, which has the focus, was in the page all along; the last leaves it.
      await history.row(head).waitFor({ state: 'detached' });
      while ((await look()) < head) await history.scrollOn();
      expect([...seen].toSorted((a, b) => a - b)).toEqual(events.map(({ pos }) => pos));
    });

    it('says nothing of what people said', async () => {
      await page.goto(`${server.url}/audit/${session.id}?event=${revisionOf('TurnSubmitted')}`);
      await page.getByText('"prompt": "[personal]"').waitFor();
      expect(await page.content()).not.toContain('tell nobody');
    });

    it('is filtered by type, actor, step, turn and text; the address says how', async () => {
      const expected = (fits: (event: AuditEvent) => boolean): readonly string[] =>
        events.filter(fits).map(({ type }) => type);
      const shows = (fits: (event: AuditEvent) => boolean) =>
        expect.poll(() => history.types()).toEqual(expected(fits));

      await page.goto(`${server.url}/audit/${session.id}`);
      await history.choose('Type', 'NeonProvisioned');
      await shows(({ type }) => type === 'NeonProvisioned');
      expect(new URL(page.url()).search).toBe('?type=NeonProvisioned');
      await page.reload();
      await shows(({ type }) => type === 'NeonProvisioned');
      await page.getByRole('button', { name: 'Clear' }).click();

      await history.choose('Actor', 'visitor');
      await shows(({ actor }) => actor.startsWith('visitor:'));
      await history.choose('Type', 'Turns');
      await shows(({ type }) => type === 'TurnSubmitted');
      await page.getByRole('button', { name: 'Clear' }).click();

      await history.choose('Step', 'neon');
      await shows(({ step }) => step === 'neon');
      await history.choose('Step', '');
      const turnId = events.find(({ type }) => type === 'TurnSubmitted')?.turnId ?? '';
      await history.choose('Turn', turnId);
      await history.choose('Type', 'TurnCommitted');
      await shows((event) => event.type === 'TurnCommitted' && event.turnId === turnId);
      await page.getByRole('button', { name: 'Clear' }).click();

      await page.getByLabel('Search in events').fill('env FILE');
      await shows(({ summary }) => /env file/i.test(summary));
      await page.getByLabel('Search in events').fill('no such thing');
      await page.getByText('Nothing that happened fits this filter.').waitFor();
      await page.getByRole('button', { name: 'Clear' }).click();
    });

    it('leads from an event to what caused it, and from there to what came of it', async () => {
      const [submitted, pushed] = [
        revisionOf('TurnSubmitted'),
        events.findLast(({ type }) => type === 'CommitPushed')?.pos,
      ];
      await page.goto(`${server.url}/audit/${session.id}?event=${pushed}`);
      await history.causes.getByText('A visitor asked for it').waitFor();
      const chain = await history.causes.getByRole('listitem').allInnerTexts();
      expect(chain.map((line) => /\d+\s+([A-Z]\w+)/.exec(line)?.[1] ?? line.split('\n').at(-1))).toEqual([
        'A visitor asked for it',
        'TurnSubmitted',
        'TurnStarted',
        'TurnFinished',
        'StepStarted',
        'CommitPushed',
      ]);
      await press(page, history.causes.getByRole('button', { name: 'TurnSubmitted' }));
      await expect.poll(() => history.row(submitted).getAttribute('aria-expanded')).toBe('true');
      await history.causes
        .getByRole('button', { name: `${revisionOf('TurnStarted')} TurnStarted` })
        .waitFor();
      expect(new URL(page.url()).searchParams.get('event')).toBe(`${submitted}`);
    });

    it('shows the session as it was after any event', async () => {
      const written = revisionOf('EnvWritten');
      const then = await asked<SessionView>(`/api/audit/sessions/${session.id}?at=${written}`);
      await page.goto(`${server.url}/audit/${session.id}?at=${written}&type=EnvWritten`);
      await history.past.getByText(`Environment, version ${then.env.version}`).waitFor();
      await history.past.getByText(then.env.names.join(' ')).waitFor();
      expect(await history.row(written).getAttribute('aria-current')).toBe('step');

      await tabTo(page, history.slider);
      await page.keyboard.press('ArrowLeft');
      await history.past.getByText('/app/.env has not been written yet.').waitFor();
      expect(await history.slider.getAttribute('aria-valuetext')).toContain(
        `Event ${written - 1} of ${head}`,
      );
      await page.keyboard.press('Home');
      await history.past.getByText('None has been asked for yet.').waitFor();
      await page.keyboard.press('End');
      await history.past.getByText('finished', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Back to the present' }).click();
      await history.past.waitFor({ state: 'detached' });
      expect(new URL(page.url()).search).toBe('?type=EnvWritten');
    });

    it('is taken along as one event a line, all of it or what the filter lets through', async () => {
      const lines = async (): Promise<readonly AuditEvent[]> => {
        const [file] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Export' }).click(),
        ]);
        const text = readFileSync(await file.path(), 'utf8');
        return text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
      };
      expect((await lines()).map(({ type }) => type)).toEqual(['EnvWritten']);
      await page.getByRole('button', { name: 'Clear' }).click();
      await history.row(revisionOf('SessionReady')).waitFor();
      expect((await lines()).map(({ pos, seal }) => [pos, seal])).toEqual(
        events.map(({ pos, seal }) => [pos, seal]),
      );
    });

    it('has no barriers, by day and by night, and on a phone', async () => {
      await page.goto(`${server.url}/audit/${session.id}?at=40&event=20`);
      await history.causes.waitFor();
      await history.past.getByText('Boot').waitFor();
      await expectNoBarriers(page);
      await page.getByRole('link', { name: 'Audit' }).first().click();
      await page.getByRole('link', { name: session.slug }).waitFor();
      expect(await violations(page)).toEqual([]);
    });
  });

  describe('as the visitor sees it, on a tab of their session', () => {
    let page: Page;
    let history: History;

    beforeAll(async () => {
      page = visitor.page;
      history = historyOn(page);
      await page.getByRole('tab', { name: 'Events' }).click();
      await history.row(head).waitFor();
    });

    it('grows at its end while they look, and stays where they read', async () => {
      await lengthenSession(server.dataDir, session.id, { events: 5 });
      await history.row(head + 5).waitFor();
      head += 5;
      await page.getByRole('button', { name: 'First' }).click();
      await history.row(0).waitFor();
      const before = await history.row(10).boundingBox();
      await lengthenSession(server.dataDir, session.id, { events: 5 });
      await history.said(`${(head + 6).toLocaleString('en')} events`);
      expect(await history.row(10).boundingBox()).toEqual(before);
      head += 5;
    });

    it('says in their own words what they asked for', async () => {
      await page.getByLabel('Search in events').fill('tell nobody');
      await history.said(/^\d+ of [\d,]+ events$/);
      await tabTo(page, history.list.locator('[data-pos][tabindex="0"]'));
      await page.keyboard.press('Home');
      await history.row(revisionOf('TurnSubmitted')).and(page.locator(':focus')).waitFor();
      await page.keyboard.press('Enter');
      await page.getByText(`"prompt": ${JSON.stringify(PROMPT)}`).waitFor();
      await history.causes.getByText('A visitor asked for it').waitFor();
      await page.getByRole('button', { name: 'The session after this' }).click();
      await history.past.getByText(PROMPT).waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it('is proved to be as it was written, until somebody writes who cannot seal', async () => {
      await page.getByRole('button', { name: 'Verify' }).click();
      await history.said(
        `All ${(head + 1).toLocaleString('en')} events carry the seal of the one before them.`,
      );
      await lengthenSession(server.dataDir, session.id, { events: 1, forged: true });
      await page.getByRole('button', { name: 'Verify' }).click();
      await history.said(`Event ${head + 1} (UsageRecorded) is the first that does not fit`);
    });
  });

  it('is looked through without an error in any console', () => {
    expect(operator.received.complaints).toEqual([]);
    expect(visitor.received.complaints).toEqual([]);
  });
});
