import { timingSafeEqual } from 'node:crypto';
import type { Derive } from '../../../commands/identifiers.ts';

const KEY = /^re_([a-z0-9]{20})_([A-Za-z0-9_-]{43})$/;

/** What a session's `RESEND_API_KEY` is: it works at our relay, for that session, and nowhere else. */
export const sessionMailKey = (derive: Derive, sessionId: string): string =>
  `re_${sessionId}_${derive('mail-key', sessionId)}`;

/** The session of a key of ours; `undefined` for any other key. */
export const sessionOfMailKey = (derive: Derive, key: string): string | undefined => {
  const [, sessionId = '', proof = ''] = KEY.exec(key) ?? [];
  if (sessionId === '') return undefined;
  const expected = derive('mail-key', sessionId);
  return proof.length === expected.length && timingSafeEqual(Buffer.from(proof), Buffer.from(expected))
    ? sessionId
    : undefined;
};
