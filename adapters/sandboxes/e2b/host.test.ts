import { describe } from 'vitest';
import { hasBwrap } from '../local/fixtures/machine.ts';
import { sandboxHostContract } from '../sandboxes.contract.ts';
import { openE2bAccount } from './fixtures/e2b-host.ts';
import { liveSettings, openLiveHost } from './fixtures/live-host.ts';

describe.runIf(hasBwrap)('through the real SDK, against the stand-in', () => {
  sandboxHostContract('E2B', async () => {
    const account = await openE2bAccount();
    return { host: await account.open(), close: account.close };
  });
});

if (liveSettings !== undefined) {
  const settings = liveSettings;
  sandboxHostContract('E2B itself', () => openLiveHost(settings));
}
