import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import { claimed, closeRequested, later, ready, T0 } from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { decideIssueLink, decideRedeemLink, LINK_GOOD_FOR_MS, MAX_OPEN_LINKS } from './links.ts';

const EXPIRES = later(LINK_GOOD_FOR_MS);
const issued = (linkDigest = 'link', expiresAt = EXPIRES): SessionEvent => ({
  type: 'LinkIssued',
  data: { linkDigest, expiresAt },
});
const bob = { owner: 'bob', keyDigest: 'key-of-bob', linkDigest: 'link' };
const joined: SessionEvent = { type: 'OwnerAdded', data: bob };

describe('a link for another browser', () => {
  test('is issued once, and good for some minutes', () => {
    given(ready(), claimed()).when(decideIssueLink, { linkDigest: 'link', now: T0 }).gives([issued()]);
    given(ready(), claimed(), issued())
      .when(decideIssueLink, { linkDigest: 'link', now: later(1_000) })
      .givesNothing();
  });

  test('is not issued where many wait to be used; those that expired do not count', () => {
    const open = Array.from({ length: MAX_OPEN_LINKS }, (_, index) => issued(`link-${index}`));
    const command = { linkDigest: 'one-more', now: T0 };
    given(ready(), claimed(), open).when(decideIssueLink, command).isRefused('TooManyLinks');
    given(ready(), claimed(), open)
      .when(decideIssueLink, { ...command, now: later(LINK_GOOD_FOR_MS) })
      .givesTypes('LinkIssued');
  });

  test('lets one browser in, with the key that browser has', () => {
    given(ready(), claimed(), issued())
      .when(decideRedeemLink, { ...bob, now: T0 })
      .gives([joined]);
  });

  test('lets nobody else in once it was used, and whoever used it is in already', () => {
    given(ready(), claimed(), issued(), joined)
      .when(decideRedeemLink, { ...bob, owner: 'eve', now: T0 })
      .isRefused('LinkUsed');
    given(ready(), claimed(), issued(), joined)
      .when(decideRedeemLink, { ...bob, now: T0 })
      .givesNothing();
  });

  test.each([
    ['at the moment it expires', [issued()], EXPIRES, 'LinkExpired'],
    ['where no such link was issued', [issued('another')], T0, 'LinkInvalid'],
    ['where the app was deleted', [issued(), closeRequested], T0, 'LinkInvalid'],
  ] as const)('lets nobody in %s', (_, history, now, rule) => {
    given(ready(), claimed(), ...history)
      .when(decideRedeemLink, { ...bob, now })
      .isRefused(rule);
  });

  test('still lets in a moment before it expires', () => {
    const now = later(LINK_GOOD_FOR_MS - 1);
    expect(Date.parse(now)).toBeLessThan(Date.parse(EXPIRES));
    given(ready(), claimed(), issued())
      .when(decideRedeemLink, { ...bob, now })
      .givesTypes('OwnerAdded');
  });
});
