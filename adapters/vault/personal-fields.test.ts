import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../commands/ports/event-store.ts';
import { ERASED } from '../../domain/envelope.ts';
import { SEED } from '../../domain/testing/reach.ts';
import { decryptField, encryptField } from './personal-fields.ts';

const key = randomBytes(32);
const context = 'session-1|event-1|prompt';

const json = fc.jsonValue() as fc.Arbitrary<Json>;

test('any JSON value comes back as it was', () => {
  fc.assert(
    fc.property(json, fc.string({ unit: 'binary' }), (value, where) => {
      const stored = encryptField(key, where, value);
      expect(JSON.stringify(decryptField(key, where, stored))).toBe(JSON.stringify(value));
    }),
    { seed: SEED },
  );
});

test('what is stored shows nothing of the value, and never looks the same twice', () => {
  const stored = encryptField(key, context, 'Build me a habit tracker');
  expect(stored).toMatch(/^enc:v1:[A-Za-z0-9+/]+=*$/);
  expect(Buffer.from(stored, 'base64').includes('habit')).toBe(false);
  expect(encryptField(key, context, 'Build me a habit tracker')).not.toBe(stored);
});

test.each([
  ['no key', undefined, context],
  ['another key', randomBytes(32), context],
  ['a key of another length', randomBytes(16), context],
  ['another session', key, 'session-2|event-1|prompt'],
  ['another event', key, 'session-1|event-2|prompt'],
  ['another field', key, 'session-1|event-1|reply'],
])('with %s it reads as erased', (_, otherKey, otherContext) => {
  expect(decryptField(otherKey, otherContext, encryptField(key, context, 'a prompt'))).toBe(ERASED);
});

test('a ciphertext with any one byte changed reads as erased', () => {
  const sealed = Buffer.from(encryptField(key, context, 'a prompt').slice('enc:v1:'.length), 'base64');
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
    expect(decryptField(key, context, `enc:v1:${changed.toString('base64')}`)).toBe(ERASED);
  }
});

test('whatever stands in its place, reading it does not throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.base64String().map((text) => `enc:v1:${text}`),
      ),
      (text) => {
        expect(decryptField(key, context, text)).toBe(ERASED);
      },
    ),
    { seed: SEED },
  );
});
