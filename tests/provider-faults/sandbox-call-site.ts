import * as E from 'fp-ts/lib/Either.js';
import { openE2bAccount } from '../../adapters/sandboxes/e2b/fixtures/e2b-host.ts';
import type { SandboxHost } from '../../commands/ports/sandboxes.ts';
import { resourceName } from '../../domain/services.ts';
import { type CallSite, type CallSites, posts } from './call-site.ts';

/** E2B, whose stand-in has real sandboxes of this machine. */
export const startSandboxCallSites = async (): Promise<CallSites> => {
  const account = await openE2bAccount({ concurrent: 100 });
  let servers = 0;
  const e2bSite: CallSite = {
    name: 'e2b',
    step: 'vm_boot',
    origin: account.standIn.url,
    isMeant: posts(/\/sandboxes$/),
    connect: async (url) => {
      servers += 1;
      const sandboxes = await account.open({
        settings: { ...account.settings, apiUrl: url },
        instance: `server-${servers}`,
      });
      return { sandboxes, close: () => destroyAll(sandboxes) };
    },
    live: async (slug) => ({
      sandbox: account.standIn.live().filter(({ name }) => name === resourceName(slug)).length,
    }),
    // Real machines: a boot takes a second or two of both cores.
    times: 2,
    atOnce: 2,
    secrets: [account.settings.apiKey],
  };

  return { sites: [e2bSite], close: account.close };
};

const destroyAll = async (sandboxes: SandboxHost): Promise<void> => {
  const all = await sandboxes.list()();
  if (E.isRight(all)) await Promise.all(all.right.map(({ name }) => sandboxes.destroy(name)()));
};
