import { describe, expect, test } from 'vitest';
import { SERVICES } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { evolve } from '../../domain/session/evolve.ts';
import { isDone, noSession } from '../../domain/session/state.ts';
import { anyHistory } from '../../domain/testing/arbitrary-events.ts';
import type { History } from '../../domain/testing/given.ts';
import {
  checkpointed,
  checkpointTaken,
  closeRequested,
  failed,
  OUTAGE,
  parked,
  planned,
  ready,
  released,
  releasedAll,
  sha,
  skipped,
  slept,
  started,
  succeeded,
  T0,
} from '../../domain/testing/histories.ts';
import { holds } from '../../domain/testing/property.ts';
import { published } from '../testing/feed.ts';
import { resourceLedger, type SessionLedger } from './index.ts';

const ledgerOf = (...history: History): SessionLedger | undefined =>
  published(history.flat() as SessionEvent[]).reduce<SessionLedger | undefined>(
    resourceLedger.evolve,
    undefined,
  );
const stateOf = (service: 'neon' | 'sandbox', ...history: History) =>
  ledgerOf(...history)?.entries[service]?.state;

test('copies of a database are known until it is released or lost', () => {
  const kept = [...ready(), ...checkpointed('one', sha('a')), ...checkpointed('two', sha('b'))];
  const copies = (...events: readonly SessionEvent[]) => ledgerOf(...events)?.entries.neon?.copies;
  expect(copies(...kept)).toEqual(['start', 'one', 'two']);
  expect(copies(...kept, checkpointTaken('three', sha('c'), { dropped: ['start', 'one'] }))).toEqual([
    'two',
    'three',
  ]);
  expect(copies(...kept, closeRequested, ...released('neon'))).toBeUndefined();
  const lost = { type: 'ResourceMissing', data: { service: 'neon', error: OUTAGE } } as const;
  expect(copies(...kept, lost)).toBeUndefined();
});

describe('a resource', () => {
  test('may exist from the moment it is asked for, whatever is answered', () => {
    expect(stateOf('neon', planned())).toBeUndefined();
    expect(stateOf('neon', planned(), started('neon'))).toBe('requested');
    expect(stateOf('neon', planned(), started('neon'), failed('neon'))).toBe('requested');
    expect(stateOf('neon', planned(), started('neon'), parked('neon'))).toBe('requested');
  });

  test('is live, by its name and id', () => {
    expect(ledgerOf(...ready())?.entries.neon).toMatchObject({
      service: 'neon',
      name: 'mk0r-abcdefghijkl',
      resourceId: 'neon-1',
      provider: 'embedded',
      state: 'live',
    });
    expect(stateOf('sandbox', ...ready(), slept)).toBe('live');
  });

  test('is there again once it was missing and made anew', () => {
    const missing = { type: 'ResourceMissing', data: { service: 'neon', error: OUTAGE } } as const;
    expect(stateOf('neon', ...ready(), missing)).toBe('missing');
    expect(stateOf('neon', ...ready(), missing, ...succeeded('neon'))).toBe('live');
    const lost = { type: 'SandboxLost', data: { reason: 'gone' } } as const;
    expect(stateOf('sandbox', ...ready(), slept, lost)).toBe('missing');
  });

  test('is released only when its provider has said so', () => {
    const closing = [...ready(), closeRequested, started('release_neon')];
    expect(stateOf('neon', ...closing)).toBe('releasing');
    expect(stateOf('neon', ...closing, failed('release_neon'))).toBe('releasing');
    expect(stateOf('neon', ...closing, failed('release_neon'), ...released('neon'))).toBe('released');
  });

  test('is stuck when its release was given up on, until somebody asks for it again', () => {
    const stuck = [...ready(), closeRequested, started('release_neon'), parked('release_neon')];
    expect(ledgerOf(...stuck)?.entries.neon).toMatchObject({ state: 'stuck', error: OUTAGE });
    const asked = { type: 'ReleaseRetryRequested', data: { reason: 'asked' } } as const;
    expect(ledgerOf(...stuck, asked)?.entries.neon).not.toHaveProperty('error');
    expect(stateOf('neon', ...stuck, asked)).toBe('releasing');
  });

  test('that was never asked for is none, although its release is', () => {
    expect(ledgerOf(planned(), started('neon'), skipped('neon'))?.entries).toEqual({});
    expect(ledgerOf(planned(), closeRequested, ...released('neon'))?.entries).toEqual({});
  });
});

describe('the ledger of a session', () => {
  test('is found by what it has, and in which state', () => {
    const ledger = ledgerOf(...ready(), closeRequested, ...released('neon'));
    expect(ledger === undefined ? {} : resourceLedger.indexes(ledger)).toEqual({
      resource: [...SERVICES, 'sandbox'].map((service) => `${service}|mk0r-abcdefghijkl`),
      state: ['live', 'released'],
    });
  });

  test('has nothing live when everything was given back', () => {
    const ledger = ledgerOf(...ready(), closeRequested, ...releasedAll());
    expect(Object.values(ledger?.entries ?? {}).map(({ state }) => state)).toEqual(Array(5).fill('released'));
  });

  holds('agrees with what is decided on: live is done, released is released', [anyHistory], (history) => {
    const events = [planned(), ...history];
    const state = events.reduce((folded, event) => evolve(folded, event, T0), noSession);
    for (const { service, state: kept } of Object.values(ledgerOf(...events)?.entries ?? {})) {
      if (kept === 'released') {
        const isGivenBack = service !== 'sandbox' && state.provisioned[service] === undefined;
        expect(isGivenBack || isDone(state, `release_${service}`)).toBe(true);
      }
      if (kept === 'stuck') expect(state.steps[`release_${service}`]?.status).toBe('parked');
    }
  });
});
