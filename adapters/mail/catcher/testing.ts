import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Resend } from 'resend';
import { afterEach, beforeEach } from 'vitest';
import { BIND_HEADER } from '../bind-header.ts';
import type { CatcherLimits } from './limits.ts';
import { type MailCatcher, startMailCatcher } from './start.ts';

export const CONTROL_KEY = 're_control_key_of_this_test_run';
export const HELLO = { from: 'app@example.com', to: 'ann@example.com', subject: 'Hello', text: 'Hi Ann' };

type Sandbox = {
  readonly audienceId: string;
  readonly token: string;
  readonly keyId: string;
  readonly app: Resend;
};

/** A catcher of its own for every test, in a folder that goes with it. */
export const withCatcher = () => {
  let folder: string;
  let catcher: MailCatcher;
  let account: Resend;
  const start = async (limits: Partial<CatcherLimits> = {}): Promise<void> => {
    const logger = pino({ level: 'silent' });
    const file = join(folder, 'mail.db');
    catcher = await startMailCatcher({ file, port: 0, logger, controlKey: CONTROL_KEY, limits });
    account = clientOf(CONTROL_KEY);
  };
  const clientOf = (key: string): Resend => new Resend(key, { baseUrl: catcher.url });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mk0r-catcher-'));
    await start();
  });
  afterEach(async () => {
    await catcher.close();
    await rm(folder, { recursive: true });
  });

  return {
    get folder() {
      return folder;
    },
    get catcher() {
      return catcher;
    },
    /** The SDK with the control key. */
    get account() {
      return account;
    },
    /** Starts it again on the same folder, after `catcher.close()`. */
    start,
    clientOf,
    /** An audience with a key bound to it, as a session gets them. */
    sandboxKey: async (): Promise<Sandbox> => {
      const segment = await account.segments.create({ name: 'mk0r-aaaaaaaaaaaa Users' });
      const audienceId = segment.data?.id ?? '';
      const key = await account.apiKeys.create(
        { name: 'mk0r-aaaaaaaaaaaa', permission: 'sending_access' },
        { headers: { [BIND_HEADER]: audienceId } },
      );
      const token = key.data?.token ?? '';
      return { audienceId, token, keyId: key.data?.id ?? '', app: clientOf(token) };
    },
  };
};
