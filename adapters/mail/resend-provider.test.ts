import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startMailCatcher } from './catcher/start.ts';
import { mailContract } from './mail.contract.ts';
import { resendProvider } from './resend-provider.ts';

const fullAccessKey = 're_control_key_of_this_test_run';

mailContract('embedded catcher', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mk0r-mail-'));
  const options = {
    file: join(folder, 'mail.db'),
    port: 0,
    logger: pino({ level: 'silent' }),
    controlKey: fullAccessKey,
  };
  let catcher = await startMailCatcher(options);
  const { url: baseUrl, port } = catcher;
  return {
    provider: resendProvider({ provider: 'embedded', key: fullAccessKey, baseUrl }),
    baseUrl,
    fullAccessKey,
    inbox: (segmentId) => catcher.inbox({ segmentId }),
    interrupt: () => catcher.close(),
    resume: async () => {
      catcher = await startMailCatcher({ ...options, port });
    },
    close: async () => {
      await catcher.close();
      await rm(folder, { recursive: true });
    },
  };
});
