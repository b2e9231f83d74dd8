import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ERASED } from '../domain/envelope.ts';
import { PERSONAL_FIELDS, personalFieldsOf } from '../domain/session/personal.ts';
import { anyEvent } from '../domain/testing/arbitrary-events.ts';
import { holds } from '../domain/testing/property.ts';
import { decodeData, encodeData } from './event-codec.ts';
import type { Json } from './ports/event-store.ts';
import { memoryCipher as cipher } from './testing/vault.ts';

const KEY = randomBytes(32);
const WORDS = 'a diary for my divorce';
const at = { stream: 'session-abc', id: 'event-1' };

const spoken: readonly (readonly [string, Json])[] = [
  ['TurnSubmitted', { turnId: 't', prompt: WORDS }],
  ['AgentSaid', { turnId: 't', attemptId: 'a', kind: 'message', text: WORDS }],
  ['ToolCalled', { turnId: 't', attemptId: 'a', toolCallId: 'c', kind: 'edit', title: WORDS, path: WORDS }],
  [
    'ToolReturned',
    {
      turnId: 't',
      attemptId: 'a',
      toolCallId: 'c',
      status: 'completed',
      output: WORDS,
      diff: { path: WORDS },
    },
  ],
  [
    'CheckpointTaken',
    { attemptId: 'a', checkpointId: 'c', sha: 's', bytes: 1, tables: [{ name: WORDS, rows: 1 }] },
  ],
  ['SessionForked', { from: 'f', slug: 's', commit: 'c', data: 'empty', title: WORDS, version: WORDS }],
  ['DataForked', { attemptId: 'a', checkpointId: 'c', tables: [{ name: WORDS, rows: 1 }] }],
  ['TurnCommitted', { turnId: 't', attemptId: 'a', sha: 's', parent: 'p', title: WORDS, changed: [WORDS] }],
  [
    'TurnVerified',
    { turnId: 't', attemptId: 'a', passed: false, checks: [], details: [{ kind: 'types', detail: WORDS }] },
  ],
  ['FileSaveRequested', { saveId: 's', path: WORDS, to: WORDS, base: null, from: 'f', bytes: 1 }],
  ['FileSaved', { attemptId: 'a', saveId: 's', sha: 's', parent: 'p', title: WORDS, changed: [WORDS] }],
  ['DataChangeRequested', { via: 'sql', table: WORDS, statement: WORDS }],
  ['AppErrorSeen', { fingerprint: 'f', source: 'page', sha: 's', message: WORDS, detail: WORDS }],
  ['MailRequested', { sendId: 's', mails: 1, recipients: 1, digest: 'd', to: [WORDS], subjects: [WORDS] }],
  [
    'MailVerificationRequested',
    { verificationId: 'v', address: WORDS, addressDigest: 'd', codeDigest: 'c', expiresAt: '' },
  ],
  ['TurnFailed', { turnId: 't', error: { code: 'c', message: 'm', retryable: true }, detail: WORDS }],
  ['StepFailed', { step: 'push', attemptId: 'a', attempt: 1, detail: WORDS }],
  ['StepParked', { step: 'push', attempt: 5, detail: WORDS }],
  ['CorrectionRequested', { turnId: 't', attemptId: 'a', correction: 1, findings: WORDS }],
];

describe('what people said', () => {
  test('is every kind of event that has personal fields', () => {
    expect(spoken.map(([type]) => type).sort()).toEqual(Object.keys(PERSONAL_FIELDS).sort());
  });

  test.each(spoken)('in %s never leaves in plain text', (type, data) => {
    const encoded = encodeData(cipher, KEY, { ...at, type, data });
    expect(JSON.stringify(encoded)).not.toContain('diary');
    expect(decodeData(cipher, KEY, { ...at, type, data: encoded })).toEqual(data);
  });

  test.each(spoken)('in %s reads [erased] once its key is gone', (type, data) => {
    const encoded = encodeData(cipher, KEY, { ...at, type, data });
    const read = decodeData(cipher, undefined, { ...at, type, data: encoded }) as Record<string, Json>;
    for (const field of personalFieldsOf(type)) expect(read[field]).toBe(ERASED);
  });

  test.each(spoken)('in %s is not kept at all where there is no key', (type, data) => {
    expect(JSON.stringify(encodeData(cipher, undefined, { ...at, type, data }))).not.toContain('diary');
  });

  test('does not decrypt in another place', () => {
    const [type, data] = spoken[0] ?? ['', null];
    const encoded = encodeData(cipher, KEY, { ...at, type, data });
    for (const moved of [{ id: 'event-2' }, { stream: 'session-other' }]) {
      expect(decodeData(cipher, KEY, { ...at, ...moved, type, data: encoded })).toMatchObject({
        prompt: ERASED,
      });
    }
  });
});

describe('everything else', () => {
  holds('comes back as it went, whatever the event', [anyEvent, fc.uuid()], (event, id) => {
    const data = JSON.parse(JSON.stringify(event.data)) as Json;
    const encoded = encodeData(cipher, KEY, { ...at, id, type: event.type, data });
    expect(decodeData(cipher, KEY, { ...at, id, type: event.type, data: encoded })).toEqual(data);
  });
});
