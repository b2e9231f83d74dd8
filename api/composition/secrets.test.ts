import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Vault } from '../../commands/ports/vault.ts';
import { createMemoryVault } from '../../commands/testing/vault.ts';
import { right } from '../../domain/testing/outcome.ts';
import { holds } from '../../domain/testing/property.ts';
import { createScrubber, type Scrubber } from '../log.ts';
import { scrubbedVault } from './secrets.ts';

const [KEY, PASSWORD, SHARED] = ['re_9f2c41d8aa', 'postgres-pa55word', 'one-account-for-all'];

const opened = async (...sessions: readonly string[]) => {
  const scrubber = createScrubber();
  const held = createMemoryVault();
  const vault = scrubbedVault(held, scrubber);
  for (const session of sessions) await right(vault.openSession(session));
  return { scrubber, vault, held };
};

const isKnown = (scrubber: Scrubber, value: string): boolean =>
  scrubber.scrub(`x ${value} y`) === 'x [secret] y';

describe('a secret in the vault', () => {
  test('is known to the log before anybody has it: when it is put, and when it is read', async () => {
    const { scrubber, vault, held } = await opened('one');
    await right(held.put('one', { RESEND_API_KEY: KEY }));
    await right(vault.put('one', { NEON_ROLE_PASSWORD: PASSWORD, NEON_HOST: 'db.example.com' }));
    expect([isKnown(scrubber, KEY), isKnown(scrubber, PASSWORD)]).toEqual([false, true]);
    await right(vault.all('one'));
    expect([KEY, PASSWORD, 'db.example.com'].map((value) => isKnown(scrubber, value))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('is not held in memory for longer than its session is in the vault', async () => {
    const { scrubber, vault } = await opened('one', 'two');
    await right(vault.put('one', { RESEND_API_KEY: KEY, NEON_ROLE_PASSWORD: PASSWORD }));
    await right(vault.put('one', { RESEND_API_KEY: SHARED }));
    await right(vault.put('two', { RESEND_API_KEY: SHARED }));
    await right(vault.all('one'));
    await right(vault.shred('one'));
    expect([KEY, PASSWORD, SHARED].map((value) => isKnown(scrubber, value))).toEqual([false, false, true]);
    await right(vault.shred('two'));
    expect(isKnown(scrubber, SHARED)).toBe(false);
  });

  test('is known for as long as the session has it under another name', async () => {
    const { scrubber, vault } = await opened('one');
    await right(vault.put('one', { RESEND_API_KEY: KEY, 'written:RESEND_API_KEY': KEY }));
    await right(vault.remove('one', ['RESEND_API_KEY']));
    expect(isKnown(scrubber, KEY)).toBe(true);
    await right(vault.remove('one', ['written:RESEND_API_KEY']));
    expect(isKnown(scrubber, KEY)).toBe(false);
  });

  test('stays known where it could not be taken out', async () => {
    const { held, scrubber } = await opened('one');
    const away = { tag: 'VaultUnavailable', message: 'No answer.' } as const;
    const failing: Vault = { ...held, shred: () => async () => ({ _tag: 'Left', left: away }) };
    const vault = scrubbedVault(failing, scrubber);
    await right(vault.put('one', { RESEND_API_KEY: KEY }));
    await vault.shred('one')();
    expect(isKnown(scrubber, KEY)).toBe(true);
  });

  test('is forgotten here, too, where another process has forgotten the session', async () => {
    const { held, scrubber, vault } = await opened('one');
    await right(vault.put('one', { RESEND_API_KEY: KEY }));
    await right(held.shred('one'));
    await right(vault.dataKey('one'));
    expect(isKnown(scrubber, KEY)).toBe(false);
  });
});

const text = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 16 });
const formsOf = (value: string): readonly string[] => [
  value,
  encodeURIComponent(value),
  Buffer.from(value).toString('hex'),
];
const named = (values: readonly string[]) =>
  Object.fromEntries(values.map((value, at) => [`SECRET_${at}`, value]));

holds(
  'what one session had leaves nothing behind, and takes nothing from what another has, in no encoding',
  [fc.uniqueArray(text, { maxLength: 4 }), fc.uniqueArray(text, { maxLength: 4 })],
  async (mine, theirs) => {
    const { scrubber, vault } = await opened('mine', 'theirs');
    await right(vault.put('theirs', named(theirs)));
    const before = theirs.flatMap(formsOf).map(scrubber.scrub);
    await right(vault.put('mine', named([...mine, ...theirs.flatMap(formsOf)])));
    await right(vault.shred('mine'));
    expect(theirs.flatMap(formsOf).map(scrubber.scrub)).toEqual(before);
    await right(vault.shred('theirs'));
    for (const form of [...mine, ...theirs].flatMap(formsOf)) expect(scrubber.scrub(form)).toBe(form);
  },
);
