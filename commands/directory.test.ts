import { describe, expect, test } from 'vitest';
import type { PoolEvent } from '../domain/pool/events.ts';
import type { SessionEvent } from '../domain/session/events.ts';
import { planned, SPEC, submitted, T0, turn } from '../domain/testing/histories.ts';
import { createDirectory } from './directory.ts';
import type { Json, StoredEvent } from './ports/event-store.ts';

const SESSION = 'abcdefghijklmnopqrst';

const inStream = (stream: string, ...facts: readonly (SessionEvent | PoolEvent)[]): readonly StoredEvent[] =>
  facts.map(({ type, data }, revision) => ({
    id: `${stream}-${revision}`,
    type,
    data: data as Json,
    metadata: {
      causationId: 'c',
      correlationId: 'c',
      actor: 'process-manager:boot',
      at: T0,
      schema: 1,
      seal: '',
    },
    stream,
    revision,
    position: String(revision + 1),
  }));

const ofSession = (...facts: readonly SessionEvent[]) => inStream(`session-${SESSION}`, ...facts);
const ofPool = (...facts: readonly PoolEvent[]) => inStream(`pool-${SPEC}`, ...facts);

const folded = (...events: readonly StoredEvent[]) => {
  const directory = createDirectory();
  const touched = events.map(directory.apply);
  return { directory, touched };
};

describe('what is delivered again', () => {
  const history = ofSession(planned(), submitted('turn-1'), ...turn('turn-2', 'b', 'a'));

  test('changes nothing, and touches no session', () => {
    const { directory, touched } = folded(...history, ...history);
    expect(directory.session(SESSION)).toEqual(folded(...history).directory.session(SESSION));
    expect(touched.slice(history.length)).toEqual(history.map(() => undefined));
  });

  test('does not take a session back to where it was', () => {
    const { directory } = folded(...history, ...history.slice(0, 2));
    expect(directory.session(SESSION)?.turns.map(({ status }) => status)).toEqual(['queued', 'finished']);
  });

  test('counts no pool entry twice', () => {
    const pool = ofPool(
      { type: 'PrewarmPlanned', data: { sessionId: 'one' } },
      { type: 'PrewarmPlanned', data: { sessionId: 'two' } },
    );
    expect(folded(...pool, ...pool).directory.pool(SPEC).entries).toEqual(['one', 'two']);
  });

  test('is told apart by stream: another session at the same revision is news', () => {
    const other = inStream('session-other', planned({ sessionId: 'other' }));
    expect(folded(...history, ...other).directory.session('other')?.status).toBe('open');
  });
});
