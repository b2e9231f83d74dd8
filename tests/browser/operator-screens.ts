import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { AuditPage } from '../../projections/views.ts';
import { newOperator } from '../support/operator.ts';
import type { TestServer } from '../support/server.ts';

type Picture = (page: Page, name: string) => Promise<void>;

/** Opens what one of the session's commits goes back to, where its events are listed. */
export const showChain = async (page: Page): Promise<void> => {
  await page.getByLabel('Type', { exact: true }).selectOption('CommitPushed');
  await page.getByRole('button', { name: 'CommitPushed' }).last().click();
  await page.getByRole('list', { name: 'Causes and effects' }).getByText('A visitor asked for it').waitFor();
};

/** The pages of whoever runs the server, after what visitors have done on it. */
export const takeOperatorScreens = async (
  browser: Browser,
  server: TestServer,
  { sessionId, look, picture }: { sessionId: string; look: BrowserContextOptions; picture: Picture },
): Promise<void> => {
  const { context, page } = await newOperator(browser, `${server.url}/operations`, look);
  await page.getByText('of 1 ready').waitFor();
  await page.getByRole('region', { name: 'Projections' }).scrollIntoViewIfNeeded();
  await page.evaluate('scrollTo(0, 0)');
  await picture(page, 'operations');

  const events = `${server.url}/api/audit/sessions/${sessionId}/events`;
  const answer = await context.request.get(`${events}?type=TurnStarted`);
  const [started] = ((await answer.json()) as AuditPage).events;
  await page.goto(`${server.url}/audit/${sessionId}?at=${started?.pos}&event=${started?.pos}`);
  await page.getByRole('region', { name: 'Time travel' }).getByText('running').waitFor();
  await page.getByRole('list', { name: 'Causes and effects' }).waitFor();
  await picture(page, 'audit');
  await context.close();
};
