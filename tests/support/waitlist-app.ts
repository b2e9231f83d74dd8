import type { FrameLocator } from 'playwright-core';
import { onDisk } from './on-disk.ts';

/** What is asked for, and the title of the version that comes of it. */
export const WAITLIST = {
  prompt: 'A waitlist for my bakery that stores each signup and mails me at owner@bakery.example',
  title: 'A waitlist',
};

export const joinWaitlist = async (app: FrameLocator, email: string): Promise<void> => {
  await app.getByLabel('Email').fill(email);
  await app.getByRole('button', { name: 'Join the waitlist' }).click();
  await app.getByText('You are on the list.').waitFor();
};

/** The addresses in the app's own database. */
export const signupsOf = async (dataDir: string, slug: string): Promise<readonly unknown[]> =>
  (await onDisk(dataDir, slug).sql('SELECT email FROM signups ORDER BY email')).map(({ email }) => email);
