import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, sha, started, turn } from './parts.ts';

export const USED = 'a9eda9eda9eda9eda9ed';

/** An app that is used for days without another word to its agent, and again after it slept. */
export const used: readonly SessionEvent[] = [
  planned(USED, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-gus', keyDigest: 'b6'.repeat(32) } },
  ...booted(USED),
  ...turn(1, 'A page for our choir.', sha('b'), sha('a')),
  { type: 'AppUsed', data: {} },
  { type: 'AppUsed', data: {} },
  started('sleep'),
  { type: 'SandboxSlept', data: { reason: 'nobody used it for 15 minutes' } },
  { type: 'AppUsed', data: {} },
];
