import type { Locator, Page } from 'playwright-core';

/** The versions of an app as the History tab shows them, and what each of them can be asked for. */
export type HistoryTab = {
  readonly show: () => Promise<void>;
  readonly rows: () => Locator;
  readonly version: (title: string) => Locator;
  /** The version the app is at. */
  readonly here: () => Locator;
  /** Asks to go to a version: the dialog that says what this would change. */
  readonly move: (title: string) => Promise<Locator>;
  /** Asks for a fork of a version: the dialog that says what it would be made of. */
  readonly fork: (title: string) => Promise<Locator>;
  /** Shows a version beside the app. */
  readonly preview: (title: string) => Promise<void>;
};

export const historyTab = (page: Page): HistoryTab => {
  const panel = page.getByRole('tabpanel', { name: 'History' });
  const show = () => page.getByRole('tab', { name: 'History' }).click();
  const rows = () => panel.getByRole('listitem');
  const version = (title: string) => rows().filter({ hasText: title });
  const press = async (title: string, button: RegExp) => {
    await show();
    await version(title).getByRole('button', { name: button }).click();
  };
  return {
    show,
    rows,
    version,
    here: () => panel.locator('[aria-current="step"]'),
    move: async (title) => {
      await show();
      await version(title).locator('[data-version]').click();
      return page.getByRole('dialog');
    },
    fork: async (title) => {
      await press(title, /^Fork /);
      return page.getByRole('dialog', { name: /^Fork / });
    },
    preview: (title) => press(title, /^Preview /),
  };
};
