import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltApp, buildApp } from '../support/built-app.ts';
import { describeInBrowser, openChromium } from '../support/chromium.ts';
import { type HttpVisitor, newHttpVisitor } from '../support/http-visitor.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Each of the product's first prompts: built by the offline agent, used as a person would, and what is behind it. */
describeInBrowser('what the offline agent builds from', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: HttpVisitor;
  let app: BuiltApp;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer({ VM_POOL_TARGET_SIZE: '2', MK0R_RATE_LIMITS: 'off' }),
      openChromium(),
    ]);
    visitor = await newHttpVisitor(() => server.url);
  });
  afterEach(async () => {
    expect(app.complaints).toEqual([]);
    await app.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const build = async (prompt: string) => {
    app = await buildApp(server, visitor, browser, prompt);
    return app;
  };
  const button = (name: string | RegExp) => app.page.getByRole('button', { name });
  const heading = (name: string | RegExp) => app.page.getByRole('heading', { name });

  it('a habit tracker whose streaks survive a refresh', async () => {
    const { page, disk, reload, events } = await build(
      'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.',
    );
    await page.getByLabel('New habit').fill('Read 20 pages');
    await button('Add habit').click();
    await button('Check in Read 20 pages').click();
    await page.getByText('1-day streak').waitFor();
    await reload();
    await page.getByText('1-day streak').waitFor();
    expect(
      await disk.sql(
        'select name, day = current_date as today from habits join check_ins on habit_id = habits.id',
      ),
    ).toEqual([{ name: 'Read 20 pages', today: true }]);
    await expect.poll(events, { timeout: 60_000 }).toContain('checked in');
  });

  it('a run tracker', async () => {
    const { page, disk, reload } = await build('A run tracker');
    await page.getByLabel('Distance (km)').fill('7.5');
    await page.getByLabel('Minutes').fill('42');
    await button('Add run').click();
    await page.getByText('Distance (km) per week').waitFor();
    await reload();
    await page.getByText('Distance (km), in total').waitFor();
    expect(await disk.sql('select distance, minutes, day = current_date as today from runs')).toEqual([
      { distance: 7.5, minutes: 42, today: true },
    ]);
  });

  it('a habit ring that mails a weekly summary', async () => {
    const { page, disk, mails, reload } = await build(
      'A habit ring that mails a weekly summary to ada@example.com',
    );
    await page.getByLabel('New habit').fill('Stretch');
    await button('Add habit').click();
    await button('Check in Stretch').waitFor();
    // It is on the page before it is in the table.
    await expect.poll(() => disk.sql('select name from habits')).toEqual([{ name: 'Stretch' }]);
    // Last week's mail is due as soon as last week has something to tell: the app's own job notices by itself.
    await disk.sql(
      "insert into check_ins (habit_id, day) select id, (date_trunc('week', now() at time zone 'utc') - interval '3 days')::date from habits",
    );
    await expect
      .poll(mails, { timeout: 60_000 })
      .toMatchObject([{ to: ['ada@example.com'], subject: 'Your week: Habit rings' }]);
    expect(await disk.sql('select job from job_runs')).toEqual([{ job: 'weekly summary' }]);
    await reload();
    await button('Check in Stretch').waitFor();
  });

  it('a waitlist that stores each signup and mails the owner', async () => {
    const { page, disk, mails, contacts, reload } = await build(
      'A waitlist that stores each signup and mails the owner, owner@example.com',
    );
    await page.getByLabel('Email').fill('Guest@Example.com');
    await button('Join the waitlist').click();
    await page.getByText('You are on the list.').waitFor();
    await reload();
    await page.getByText('1 person is on the list').waitFor();
    expect(await disk.sql('select email, notified_at is not null as told from signups')).toEqual([
      { email: 'guest@example.com', told: true },
    ]);
    expect(await mails()).toMatchObject([
      { to: ['owner@example.com'], subject: 'New signup: guest@example.com' },
    ]);
    expect(await contacts()).toEqual(['guest@example.com']);
  });

  it('a pricing page with e-mail capture into the audience', async () => {
    const { page, disk, contacts, events, reload } = await build(
      'A pricing page with e-mail capture into the session’s own audience',
    );
    await button('Choose Pro').click();
    await page.getByLabel('Email').fill('buyer@example.com');
    await button('Get started').click();
    await page.getByText('Thank you!').waitFor();
    await reload();
    await button('Choose Team').waitFor();
    expect(await disk.sql('select email, plan from signups')).toEqual([
      { email: 'buyer@example.com', plan: 'Pro' },
    ]);
    expect(await contacts()).toEqual(['buyer@example.com']);
    await expect.poll(events, { timeout: 60_000 }).toContain('plan chosen');
  });

  it('a signup form that books people in and sends a welcome mail', async () => {
    const { page, disk, mails, reload } = await build(
      'A signup form that books people in and sends a welcome mail',
    );
    const slot = page.getByRole('button', { name: /at 10:30/ }).first();
    await slot.click();
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('Email').fill('ada@example.com');
    await button('Book this time').click();
    await page.getByText('You are booked.').waitFor();
    await reload();
    await page.getByRole('button', { name: /at 10:30, taken/ }).waitFor();
    expect(await disk.sql('select name, email, time from bookings')).toEqual([
      { name: 'Ada', email: 'ada@example.com', time: '10:30' },
    ]);
    expect((await mails()).map(({ to, subject }) => [to, subject.replace(/\d{4}.*/, '')])).toEqual(
      expect.arrayContaining([
        [['ada@example.com'], 'Welcome, Ada: you are booked'],
        [['owner@example.com'], 'New booking: Ada, '],
      ]),
    );
  });

  it('an internal dashboard that charts the app’s own analytics events', async () => {
    const { page, disk, events, reload } = await build(
      'An internal dashboard that charts the app’s own analytics events',
    );
    await page.getByText('Events per day').waitFor();
    await button('Record a test event').click();
    await page.getByRole('listitem').filter({ hasText: 'button pressed' }).first().waitFor();
    await reload();
    await page.getByRole('listitem').filter({ hasText: 'button pressed' }).first().waitFor();
    expect(await disk.sql("select name from app_events where name = 'button pressed'")).toHaveLength(1);
    await expect.poll(events, { timeout: 60_000 }).toContain('button pressed');
  });

  it('a notebook with full-text search', async () => {
    const { page, disk, reload } = await build('A notebook with full-text search');
    const write = async (title: string, text: string) => {
      const form = page.getByText('New note', { exact: true });
      await form.waitFor();
      if (!(await page.getByLabel('Title').isVisible())) await form.click();
      await page.getByLabel('Title').fill(title);
      await page.getByLabel('Text').fill(text);
      await button('Add note').click();
      await page.getByRole('link', { name: title }).waitFor();
    };
    await write('Plum cake', 'Butter, flour, a kilo of plums');
    await write('Holiday', 'Ferry at nine');
    await reload();
    await page.getByLabel('Search notes').fill('kilo plu');
    await page.getByRole('link', { name: 'Holiday' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Plum cake' }).waitFor();
    expect(await disk.sql("select title from notes where search @@ to_tsquery('simple', 'ferry')")).toEqual([
      { title: 'Holiday' },
    ]);
    expect(await disk.sql("select indexdef from pg_indexes where indexname = 'notes_search'")).toEqual([
      { indexdef: expect.stringContaining('USING gin') },
    ]);
  });

  it('a bottom-tab mobile app that tracks each tab', async () => {
    const { page, disk, events, reload } = await build('A bottom-tab mobile app that tracks each tab');
    await page.setViewportSize({ width: 390, height: 844 });
    const tab = (name: string) =>
      page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name });
    await tab('Notes').click();
    await page.getByLabel('Title').fill('From the phone');
    await button('Add note').click();
    await page.getByRole('link', { name: 'From the phone' }).waitFor();
    await tab('Activity').click();
    await page.getByText('tab opened').first().waitFor();
    await reload();
    await tab('Notes').click();
    await page.getByRole('link', { name: 'From the phone' }).waitFor();
    const opened = await disk.sql(
      "select properties from app_events where name = 'tab opened' order by created_at",
    );
    expect(opened.map(({ properties }) => properties)).toEqual([
      { tab: 'notes' },
      { tab: 'activity' },
      { tab: 'notes' },
    ]);
    await expect.poll(events, { timeout: 60_000 }).toContain('tab opened');
  });

  it('a CRUD app whose migrations live in git', async () => {
    const { page, disk, reload } = await build('A CRUD app whose migrations live in git');
    await page.getByLabel('Name').fill('Lamp');
    await page.getByLabel('Quantity').fill('2');
    await button('Add item').click();
    await page.getByRole('link', { name: 'Lamp' }).click();
    await button('Edit').click();
    await page.getByLabel('Quantity').fill('3');
    await button('Save').click();
    await heading('Lamp').waitFor();
    await reload();
    await heading('Lamp').waitFor();
    expect(await disk.sql('select name, quantity from items')).toEqual([{ name: 'Lamp', quantity: 3 }]);

    await page.getByRole('link', { name: /Items/ }).click();
    await button('Delete Lamp').click();
    await button('Really delete Lamp').click();
    await page.getByText('No items yet').waitFor();
    // It is off the page before it is out of the table.
    await expect.poll(() => disk.sql('select name from items')).toEqual([]);

    await expect
      .poll(() => disk.git('ls-tree', '-r', '--name-only', 'main').catch(() => ''), { timeout: 30_000 })
      .toContain('drizzle/meta/_journal.json');
    expect(await disk.sql('select count(*)::int as n from drizzle.__drizzle_migrations')).toEqual([{ n: 1 }]);
  });
});
