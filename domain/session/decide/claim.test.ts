import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  claimed,
  closeRequested,
  later,
  planned,
  ready,
  SPEC,
  sandboxUp,
  slept,
  T0,
} from '../../testing/histories.ts';
import { decideClaim, decidePlan, POOL_MAX_AGE_MS } from './claim.ts';

const PLAN = {
  sessionId: 'abcdefghijklmnopqrst',
  slug: 'abcdefghijkl',
  specHash: SPEC,
  purpose: 'pool',
  residentialIp: false,
  model: 'haiku',
} as const;

const CLAIM = {
  owner: 'ann',
  keyDigest: 'digest-of-ann',
  source: 'pool',
  specHash: SPEC,
  now: T0,
} as const;

describe('planning a session', () => {
  test('it is planned once', () => {
    given()
      .when(decidePlan, PLAN)
      .gives([{ type: 'SessionPlanned', data: PLAN }]);
    given(planned()).when(decidePlan, PLAN).givesNothing();
  });
});

describe('claiming a session', () => {
  test('a warm one is given to the visitor who asks first', () => {
    given(ready())
      .when(decideClaim, CLAIM)
      .gives([
        { type: 'SandboxClaimed', data: { source: 'pool', owner: 'ann', keyDigest: 'digest-of-ann' } },
      ]);
  });

  test('the same visitor with the same key is told that it is theirs already', () => {
    given(ready(), claimed()).when(decideClaim, CLAIM).givesNothing();
  });

  test.each([
    ['another visitor', { owner: 'bob' }],
    ['the same visitor with another key', { keyDigest: 'another' }],
  ])('%s comes too late', (_, other) => {
    given(ready(), claimed())
      .when(decideClaim, { ...CLAIM, ...other })
      .isRefused('AlreadyClaimed');
  });

  test.each([
    ['one that still boots', [planned(), sandboxUp()], {}],
    ['one whose sandbox sleeps', [ready(), slept], {}],
    ['one of another spec', [ready({ specHash: 'spec-two' })], {}],
    ['one that is too old', [ready()], { now: later(POOL_MAX_AGE_MS + 1) }],
    ['one that was not planned for the pool', [ready({ purpose: 'visitor' })], {}],
  ])('%s is not claimed from the pool', (_, history, change) => {
    given(...history)
      .when(decideClaim, { ...CLAIM, ...change })
      .isRefused('NotClaimable');
  });

  test('at exactly the greatest age it still serves', () => {
    given(ready())
      .when(decideClaim, { ...CLAIM, now: later(POOL_MAX_AGE_MS) })
      .givesTypes('SandboxClaimed');
  });

  test('a cold one is claimed while nothing of it is there yet', () => {
    given(planned({ purpose: 'visitor' }))
      .when(decideClaim, { ...CLAIM, source: 'cold' })
      .givesTypes('SandboxClaimed');
  });

  test.each([
    ['never planned', []],
    ['being closed', [ready(), closeRequested]],
  ])('one that was %s belongs to nobody', (_, history) => {
    given(...history)
      .when(decideClaim, CLAIM)
      .isRefused('SessionNotOpen');
  });

  test('its first owner is the visitor', () => {
    expect(given(ready(), claimed('ann')).state.owners).toEqual(['ann']);
  });
});
