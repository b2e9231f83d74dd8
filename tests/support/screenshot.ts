import type { Page } from 'playwright-core';

/** A picture of the page for whoever asks for pictures: `MK0R_SHOTS` names the folder. */
export const screenshot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.MK0R_SHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};
