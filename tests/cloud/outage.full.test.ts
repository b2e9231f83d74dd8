import { describe, expect, it } from 'vitest';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { liveThroughAnOutage } from './support/outage-story.ts';

const OUTAGE_MS = 60_000;
const LIMIT_MS = 300_000;

describe.runIf(hasBwrap)('a log in KurrentDB that is away for a minute', () => {
  it(
    'is said to be away on open sockets, refuses commands, and has lost nothing when it is back',
    async () => {
      const { refused, acknowledged, lost, doubled, closedSockets, ...took } =
        await liveThroughAnOutage(OUTAGE_MS);
      process.stdout.write(`outage: ${JSON.stringify({ refused, acknowledged, ...took })}\n`);
      expect(refused).toBeGreaterThan(20);
      expect({ lost, doubled, closedSockets }).toEqual({ lost: 0, doubled: 0, closedSockets: 0 });
    },
    LIMIT_MS,
  );
});
