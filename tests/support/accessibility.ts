import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Until what moves towards its rest is there: a fade is pale while it lasts. What moves for ever is left to it. */
const AT_REST = `Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
    .map(({ finished }) => finished))`;

/** What axe finds wrong with what the page shows at rest: each rule with the elements it was broken by. */
export const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(AT_REST);
  // As code of the test, not of the page: the page's own policy lets no foreign script in.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { readonly axe: typeof axe };
    return (await tool.run()).violations;
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) => `${id}: ${help} at ${target.join(' ')}\n${failureSummary}`,
    ),
  );
};

/** Whoever looks at an operator's page, which is light and wide, by day, by night and on a phone has no barrier there. */
export const expectNoBarriers = async (page: Page): Promise<void> => {
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Use the dark theme' }).click();
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
};

/** Further than any page here has controls. */
const MOST_TABS = 120;

/** Around what has the focus, or around the whole of an editor that it is a part of; the editor has a shadow root. */
const HAS_OUTLINE = `(() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement != null) focused = focused.shadowRoot.activeElement;
  return [focused, focused?.closest('.cm-editor')].some(
    (one) => one != null && getComputedStyle(one).outlineStyle !== 'none');
})()`;

/** Goes to a control as somebody does who has no mouse: Tab by Tab, with the focus on view. */
export const tabTo = async (page: Page, control: Locator): Promise<void> => {
  for (let count = 0; count < MOST_TABS; count += 1) {
    await page.keyboard.press('Tab');
    if ((await control.and(page.locator(':focus')).count()) === 0) continue;
    // An editor draws it a moment later.
    await expect
      .poll(() => page.evaluate<boolean>(HAS_OUTLINE), {
        message: `${control} has the focus, and nobody can see it`,
      })
      .toBe(true);
    return;
  }
  throw new Error(`${control} cannot be reached by Tab.`);
};

export const press = async (page: Page, control: Locator): Promise<void> => {
  await tabTo(page, control);
  await page.keyboard.press('Enter');
};
