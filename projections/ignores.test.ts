import { describe, expect } from 'vitest';
import { anyHistory } from '../domain/testing/arbitrary-events.ts';
import { planned } from '../domain/testing/histories.ts';
import { holds } from '../domain/testing/property.ts';
import { opsView } from './ops-view/index.ts';
import { poolView } from './pool-view/index.ts';
import type { FeedEvent } from './ports.ts';
import type { Projection } from './projection.ts';
import { resourceLedger } from './resource-ledger/index.ts';
import { sessionList } from './session-list/index.ts';
import { sessionView } from './session-view/index.ts';
import { published } from './testing/feed.ts';
import { transcriptView } from './transcript-view/index.ts';

const PROJECTIONS = [
  sessionView,
  transcriptView,
  sessionList,
  poolView,
  resourceLedger,
  opsView,
] as readonly Projection<unknown>[];
const folded = (projection: Projection<unknown>, events: readonly FeedEvent[]): unknown =>
  events.reduce<unknown>(
    (doc, event) => (projection.keyOf(event) === undefined ? doc : projection.evolve(doc, event)),
    undefined,
  );

describe.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
  '%s',
  (_, projection) => {
    holds(
      'makes the same of a history without the data it ignores',
      [anyHistory.map((events) => published([planned(), ...events]))],
      (events) => {
        const asked = events.map((event) =>
          projection.ignores?.has(event.type) === true ? { ...event, data: null } : event,
        );
        expect(folded(projection, asked)).toEqual(folded(projection, events));
      },
    );
  },
);
