import type { JanitorEvent } from '../../../domain/janitor/events.ts';
import { OUTAGE } from './parts.ts';

const orphan = { service: 'github', resourceId: 'mk0r-nobodysrepo1' } as const;

export const janitor: readonly JanitorEvent[] = [
  {
    type: 'OrphanFound',
    data: {
      ...orphan,
      provider: 'embedded',
      name: 'mk0r-nobodysrepo1',
      slug: 'nobodysrepo1',
      why: 'no_session',
    },
  },
  { type: 'OrphanReleaseFailed', data: { ...orphan, error: OUTAGE } },
  { type: 'OrphanReleased', data: orphan },
  { type: 'OrphanSettled', data: { ...orphan, service: 'neon' } },
];
