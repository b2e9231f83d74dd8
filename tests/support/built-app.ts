import type { Browser, Page } from 'playwright-core';
import { type HttpVisitor, until } from './http-visitor.ts';
import { type OnDisk, onDisk } from './on-disk.ts';
import type { TestServer } from './server.ts';

/** An app that the offline agent has built, used in a browser of its own, with what is behind it. */
export type BuiltApp = {
  readonly page: Page;
  readonly disk: OnDisk;
  /** What the agent said in its last turn. */
  readonly said: () => Promise<string>;
  /** One more message to the agent; returns when its turn has ended. */
  readonly tell: (prompt: string) => Promise<void>;
  readonly undo: () => Promise<void>;
  readonly redo: () => Promise<void>;
  readonly reload: () => Promise<void>;
  readonly mails: () => Promise<readonly { to: readonly string[]; subject: string; text: string }[]>;
  readonly contacts: () => Promise<readonly string[]>;
  /** Names of the analytics events that reached the session's own app. */
  readonly events: () => Promise<string>;
  /** What the page complained about. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
};

type MailView = {
  readonly mails: readonly { to: readonly string[]; subject: string; text: string }[];
  readonly contacts: readonly { email: string }[];
};

/** PostHog drops the events of browsers that say they are automated (posthog-js, `isLikelyBot`). */
const A_PERSON =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const NOT_AUTOMATED = `for (const [name, value] of [['webdriver', false], ['userAgentData', undefined]])
  Object.defineProperty(Navigator.prototype, name, { get: () => value, configurable: true });`;

/** Types a prompt, waits for its turn to end, and opens what came of it. */
export const buildApp = async (
  server: TestServer,
  visitor: HttpVisitor,
  browser: Browser,
  prompt: string,
): Promise<BuiltApp> => {
  const { sessionId, slug } = await visitor.startSession(prompt);
  const path = `/api/sessions/${sessionId}`;
  const ended = (count: number) =>
    until(
      () => visitor.turns(sessionId),
      (turns) => turns.length >= count && turns[count - 1]?.endedAt !== undefined,
      150,
    );
  let turns = (await ended(1)).length;

  const context = await browser.newContext({ viewport: { width: 1000, height: 900 }, userAgent: A_PERSON });
  await context.addInitScript(NOT_AUTOMATED);
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(server.url.replace('//', `//${slug}.preview.`));

  const move = async (to: 'undo' | 'redo') => {
    const { at } = (await visitor.view(sessionId)).history;
    const { status, body } = await visitor.request('POST', `${path}/history`, { to, data: 'keep' });
    if (status >= 300) throw new Error(`${to}: ${status} ${JSON.stringify(body)}`);
    await until(
      () => visitor.view(sessionId),
      ({ history }) => history.at !== at && history.moving === undefined,
      100,
    );
  };

  return {
    page,
    disk: onDisk(server.dataDir, slug),
    complaints,
    said: async () => JSON.stringify((await visitor.turns(sessionId)).at(-1)),
    tell: async (message) => {
      turns += 1;
      const { status, body } = await visitor.request('POST', `${path}/turns`, { prompt: message });
      if (status >= 300) throw new Error(`${message}: ${status} ${JSON.stringify(body)}`);
      await ended(turns);
    },
    undo: () => move('undo'),
    redo: () => move('redo'),
    reload: async () => {
      await page.reload();
    },
    mails: async () => ((await visitor.request('GET', `${path}/mail`)).body as MailView).mails,
    contacts: async () =>
      ((await visitor.request('GET', `${path}/mail`)).body as MailView).contacts.map(({ email }) => email),
    events: async () => JSON.stringify((await visitor.request('GET', `${path}/analytics`)).body),
    close: async () => {
      await context.close();
      await visitor.request('DELETE', path);
    },
  };
};
