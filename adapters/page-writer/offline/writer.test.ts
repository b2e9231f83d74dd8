import { describe, expect, test } from 'vitest';
import { checkPage } from '../../../commands/quick/check-page.ts';
import { createOfflineWriter } from './writer.ts';

type Answer = { readonly page: string; readonly said: string };

const ask = async (prompt: string, page?: string): Promise<Answer> => {
  const answer = { page: '', said: '' };
  const request = { slug: 'abcdefghijkl', model: 'haiku', prompt, earlier: [] };
  const { signal } = new AbortController();
  for await (const update of createOfflineWriter().write(
    page === undefined ? request : { ...request, page },
    signal,
  )) {
    if (update.type === 'page') answer.page += update.text;
    if (update.type === 'said') answer.said += update.text;
  }
  return answer;
};

describe('a page by rules', () => {
  test.each([
    ['Build me a habit tracker. The streaks should survive a page refresh.', 'Add habit'],
    ['A recipe book with search', 'class="search"'],
    ['Projects, each project has tasks', 'name="parent"'],
    ['A waitlist for my product', 'Join the waitlist'],
    ['A pricing page with e-mail capture', 'class="plans"'],
    ['Track my runs with a chart', 'class="chart"'],
    ['A booking form', 'Book this time'],
  ])('is whole and readable: %s', async (prompt, part) => {
    const { page } = await ask(prompt);
    expect(checkPage(page)).toMatchObject({ outcome: 'passed' });
    expect(page).toContain(part);
  });

  test('is changed by follow-ups, each of the page as it is', async () => {
    let { page } = await ask('A recipe book');
    for (const prompt of ['Add a notes field', 'Make it dark', 'Call it Grandma’s kitchen', 'Add search'])
      page = (await ask(prompt, page)).page;
    expect(checkPage(page)).toMatchObject({ outcome: 'passed' });
    for (const part of ['<label>Notes', 'color-scheme: dark', '<h1>Grandma’s kitchen</h1>', 'class="search"'])
      expect(page).toContain(part);
  });

  test('says what it cannot have without a backend, and what it did not understand', async () => {
    expect(
      (await ask('A waitlist. Mail me when someone signs up, and send a weekly summary')).said,
    ).toContain('a page has no backend: ');
    const dashboard = await ask('An internal dashboard that charts the app’s analytics events');
    expect(dashboard).toMatchObject({ page: '', said: expect.stringContaining('Make it a full app') });
    expect(await ask('Blargh')).toMatchObject({
      page: '',
      said: expect.stringContaining('did not understand'),
    });
  });

  test('says where the button is to who asks for a full app', async () => {
    const { page } = await ask('A recipe book');
    expect(await ask('Make it a full app, please', page)).toMatchObject({
      page: '',
      said: expect.stringContaining('“Make it a full app”'),
    });
  });

  test('leaves a page it has not written as it is', async () => {
    const foreign = '<!doctype html><html><p>by a model</html>';
    expect(await ask('Make it dark', foreign)).toMatchObject({ page: '' });
  });

  test('is never made of markup that a visitor wrote', async () => {
    const first = await ask('A list of books');
    const { page } = await ask('Call it </script><img src=x onerror=alert(1)>', first.page);
    expect(page).not.toContain('<img');
  });
});
