import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  claimed,
  closeRequested,
  later,
  planned,
  ready,
  readyWithout,
  renewalRequested,
  SPEC,
  sandboxUp,
  skipped,
  slept,
  started,
  succeeded,
  T0,
} from '../../testing/histories.ts';
import { evolve } from '../evolve.ts';
import { boot } from '../process-managers/boot.ts';
import { POOL_MAX_AGE_MS, whyNotClaimable } from './claim.ts';
import { BACKEND_MAX_AGE_MS, decideRenew } from './renew.ts';

const RENEW = {
  specHash: SPEC,
  model: 'opus',
  now: later(POOL_MAX_AGE_MS + 1),
  providers: { posthog: 'embedded', neon: 'embedded', resend: 'embedded', github: 'embedded' },
};
const pushed = { type: 'CommitPushed', data: { attemptId: 'push#1', sha: 'a' } } as const;

describe('a session in the pool', () => {
  test.each([
    ['that is too old', RENEW, 'too old'],
    ['of another spec', { ...RENEW, specHash: 'spec-two', now: T0 }, 'made for another spec'],
  ])('%s has its sandbox made anew', (_what, command, reason) => {
    const { specHash, model } = command;
    given(ready())
      .when(decideRenew, command)
      .gives([{ type: 'RenewalRequested', data: { reason, specHash, model } }]);
    given(ready(), slept).when(decideRenew, command).givesTypes('RenewalRequested');
  });

  test('stays as it is while it serves, and once it was made anew', () => {
    given(ready())
      .when(decideRenew, { ...RENEW, now: T0 })
      .givesNothing();
    const renewed = [...ready(), renewalRequested({ specHash: 'spec-two' })];
    given(renewed)
      .when(decideRenew, { ...RENEW, specHash: 'spec-two', now: T0 })
      .givesNothing();
  });

  test('that a visitor was given first is theirs as it is', () => {
    given(ready(), claimed()).when(decideRenew, RENEW).isRefused('AlreadyClaimed');
    given(ready(), closeRequested).when(decideRenew, RENEW).isRefused('SessionNotOpen');
  });

  test.each([
    ['is not ready', [planned(), ...sandboxUp()], RENEW],
    ['lacks a service', readyWithout('neon'), RENEW],
    ['has a service this server does not give', ready(), { ...RENEW, providers: {} }],
    ['has one from somebody else', ready(), { ...RENEW, providers: { ...RENEW.providers, neon: 'neon' } }],
    ['was planned a day ago', ready(), { ...RENEW, now: later(BACKEND_MAX_AGE_MS + 1) }],
    ['has something under way', [...ready(), started('push')], RENEW],
  ])('that %s is not made anew', (_what, history, command) => {
    given(history).when(decideRenew, command).givesNothing();
  });

  test('without a service that nobody gives here is as good as whole', () => {
    const { neon: _off, ...providers } = RENEW.providers;
    given(readyWithout('neon'), skipped('neon'))
      .when(decideRenew, { ...RENEW, providers })
      .givesTypes('RenewalRequested');
  });
});

describe('a session whose sandbox is made anew', () => {
  const before = given(ready(), started('push'), pushed).state;
  const at = later(POOL_MAX_AGE_MS + 1);
  const renewed = evolve(before, renewalRequested({ specHash: 'spec-two', model: 'opus' }), at);

  test('keeps its services, and boots from the beginning', () => {
    expect(renewed.provisioned).toEqual(before.provisioned);
    expect(boot(renewed, at)).toEqual(['vm_boot']);
    expect(renewed).toMatchObject({ specHash: 'spec-two', model: 'opus' });
  });

  test('is given to nobody until it is ready, and then for as long as a new one', () => {
    expect(whyNotClaimable(renewed, 'spec-two', at)).toBe('it is still booting');
    const again = [...sandboxUp(), ...succeeded('env_write', { version: 2 })];
    const ready2 = [...again, { type: 'SessionReady', data: { missing: [] } } as const].reduce(
      (state, event) => evolve(state, event, at),
      renewed,
    );
    expect(whyNotClaimable(ready2, 'spec-two', later(POOL_MAX_AGE_MS, at))).toBeUndefined();
    expect(whyNotClaimable(ready2, 'spec-two', later(POOL_MAX_AGE_MS + 1, at))).toBe('it is too old');
    expect(ready2.sandbox.replaces).toBeUndefined();
  });

  test('has pushed nothing and kept nothing of what is in the sandbox now', () => {
    expect([renewed.pushed, renewed.history, renewed.checkpoints, renewed.checkpointDue]).toEqual([
      undefined,
      undefined,
      [],
      undefined,
    ]);
  });
});
