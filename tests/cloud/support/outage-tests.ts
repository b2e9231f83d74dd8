import { describe, expect, it } from 'vitest';
import { hasBwrap } from '../../../adapters/sandboxes/local/fixtures/machine.ts';
import { liveThroughAnOutage } from './outage-story.ts';

/** Beside the outage itself: two servers, a visitor and a stand-in of KurrentDB, on a machine that is busy. */
const BESIDE_MS = 240_000;

/** What an outage of the log must not do to anybody, however long it is; asked often, so many commands are refused. */
export const outageTests = (outageMs: number, refusedAtLeast: number): void => {
  describe.runIf(hasBwrap)(`a log in KurrentDB that is away for ${outageMs / 1_000} s`, () => {
    it(
      'is said to be away on open sockets, refuses commands, and has lost nothing when it is back',
      async () => {
        const { refused, acknowledged, lost, doubled, closedSockets, ...took } =
          await liveThroughAnOutage(outageMs);
        process.stdout.write(`outage: ${JSON.stringify({ refused, acknowledged, ...took })}\n`);
        expect(refused).toBeGreaterThanOrEqual(refusedAtLeast);
        expect({ lost, doubled, closedSockets }).toEqual({ lost: 0, doubled: 0, closedSockets: 0 });
      },
      outageMs + BESIDE_MS,
    );
  });
};
