import { describe, expect } from 'vitest';
import { personalFieldsOf } from '../domain/session/personal.ts';
import { anyHistory } from '../domain/testing/arbitrary-events.ts';
import { planned } from '../domain/testing/histories.ts';
import { holds } from '../domain/testing/property.ts';
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
] as readonly Projection<unknown>[];
const CIPHER_TEXT = 'enc:v1:c2VjcmV0';

/** As the feed may leave an event whose words were not asked for. */
const unread = (event: FeedEvent): FeedEvent => {
  const data = Object(event.data);
  const stored = personalFieldsOf(event.type).filter((field) => Object.hasOwn(data, field));
  return { ...event, data: { ...data, ...Object.fromEntries(stored.map((field) => [field, CIPHER_TEXT])) } };
};

const folded = (projection: Projection<unknown>, events: readonly FeedEvent[]): unknown =>
  events.reduce<unknown>(
    (doc, event) => (projection.keyOf(event) === undefined ? doc : projection.evolve(doc, event)),
    undefined,
  );

describe.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
  '%s',
  (_, projection) => {
    holds(
      'makes the same of a history whose words it does not ask for are cipher text',
      [anyHistory.map((events) => published([planned(), ...events]))],
      (events) => {
        const asked = events.map((event) =>
          projection.words === undefined || projection.words.has(event.type) ? event : unread(event),
        );
        expect(folded(projection, asked)).toEqual(folded(projection, events));
      },
    );
  },
);
