import { REFUSED } from '../../../../commands/testing/providers.ts';
import type { ToldEvent } from '../../../support/ledger/worker-calls.ts';
import { type Chapter, sweepUntil } from './chapter.ts';

const stranger = (slug: string) => ({ resourceId: `id-of-${slug}`, name: `mk0r-${slug}`, slug });
const found =
  (type: string) =>
  (log: readonly ToldEvent[]): boolean =>
    log.some((event) => event.type === type);
const FOREVER = new AbortController().signal;

/** What is left over at the providers: found, released, refused, or gone by itself. */
export const orphans: Chapter = {
  name: 'orphans',
  play: async (stage) => {
    const { providers, sandboxes } = stage.outside;
    const request = { sessionId: '', bridgeToken: '', forwards: [], signal: FOREVER };
    await sandboxes.boot({ ...request, name: 'mk0r-nobodyssandb' })();
    for (const service of ['posthog', 'neon', 'github'] as const)
      providers[service].holds(stranger('nobodysthing'));
    await sweepUntil(stage, 'orphans are released', found('OrphanReleased'));
    providers.resend.holds(stranger('nobodysmails'));
    providers.resend.releasesFail(REFUSED);
    await sweepUntil(stage, 'a release is refused', found('OrphanReleaseFailed'));
    providers.resend.releasesFail(undefined);
    await providers.resend.release({ sessionId: '', slug: 'nobodysmails', signal: FOREVER })();
    await sweepUntil(stage, 'one has gone by itself', found('OrphanSettled'));
  },
};
