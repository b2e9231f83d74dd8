import { afterEach, describe, expect, test } from 'vitest';
import { RUN, reach } from '../../domain/testing/reach.ts';
import type { Worker } from '../support/ledger/start-worker.ts';
import { audit } from './support/audit.ts';
import { type Cluster, createCluster, createSession, visitorNumber } from './support/cluster.ts';

/** `MK0R_CLAIMS=<n>` for another number. */
const CLAIMS = Number(process.env.MK0R_CLAIMS ?? reach({ short: 150, full: 1_500, long: 10_000 }));
const TIMEOUT_MS = RUN === 'long' ? 3_600_000 : 600_000;
const POOL = 5;
/** Visitors who wait for their answer at the same moment, at each server. */
const AT_ONCE = 8;
/** Visitors after whom the servers may finish what they have begun: a cold start is answered long before it is done. */
const WAVE = 150;

let cluster: Cluster;
afterEach(() => cluster.close());

type Claim = { readonly sessionId: string; readonly source: string; readonly ms: number };

/** Visitors from number `first` on, each of the servers serving as many as it can. */
const claimWave = async (
  servers: readonly Worker[],
  first: number,
  count: number,
): Promise<{ readonly claims: readonly Claim[]; readonly repeats: number }> => {
  const claims: Claim[] = [];
  let next = first;
  let repeats = 0;
  const onRepeat = (): void => {
    repeats += 1;
  };
  const serve = async (server: Worker): Promise<void> => {
    for (let index = next++; index < first + count; index = next++) {
      const from = performance.now();
      const { sessionId, source } = await createSession(server, visitorNumber(index), { onRepeat });
      claims.push({ sessionId, source, ms: performance.now() - from });
    }
  };
  await Promise.all(servers.flatMap((server) => Array.from({ length: AT_ONCE }, () => serve(server))));
  return { claims, repeats };
};

const claimAll = async (servers: readonly Worker[], count: number) => {
  const claims: Claim[] = [];
  let [repeats, ms] = [0, 0];
  for (let first = 0; first < count; first += WAVE) {
    const from = performance.now();
    const wave = await claimWave(servers, first, Math.min(WAVE, count - first));
    ms += performance.now() - from;
    claims.push(...wave.claims);
    repeats += wave.repeats;
    await Promise.all(servers.map((server) => server.call('rest')));
  }
  return { claims, repeats, seconds: ms / 1_000 };
};

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

describe(`${CLAIMS} visitors over a pool of ${POOL}`, () => {
  test.each([2, 4])(
    'and %i server processes: nobody shares, nothing is lost, one of everything',
    async (servers) => {
      cluster = await createCluster();
      const settings = { poolTarget: POOL, poolBootConcurrency: POOL };
      const workers = await Promise.all(Array.from({ length: servers }, () => cluster.start({ settings })));
      // The pool is full when the first of them come.
      await Promise.all(workers.map((server) => server.call('rest')));
      const { claims, repeats, seconds } = await claimAll(workers, CLAIMS);

      const found = audit(await cluster.readLog(), cluster.outside);
      const warm = claims.filter(({ source }) => source === 'pool').length;
      const times = claims.map(({ ms }) => ms);
      process.stdout.write(
        `claims: ${servers} servers, ${CLAIMS} claims (${warm} warm), ${(CLAIMS / seconds).toFixed(0)}/s, ` +
          `median ${percentile(times, 0.5).toFixed(0)} ms, p99 ${percentile(times, 0.99).toFixed(0)} ms, ` +
          `${repeats} repeated; ` +
          `${JSON.stringify(found)}\n`,
      );
      expect(new Set(claims.map(({ sessionId }) => sessionId)).size).toBe(CLAIMS);
      expect(warm).toBeGreaterThan(0);
      expect(found).toMatchObject({
        doubleClaims: 0,
        lostEntries: 0,
        livePerLeg: [1, 1],
        ownerless: 0,
        brokenSeals: 0,
      });
      // More where an entry was given up on, or did not answer, and was replaced.
      expect(found.sessions).toBeGreaterThanOrEqual(CLAIMS + POOL);
    },
    TIMEOUT_MS,
  );
});
