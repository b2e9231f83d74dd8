import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { invalidApiKey, missingApiKey, restricted } from './refusal.ts';

/** Who a request comes from, read from its key. */
export type Caller = {
  /** `control` for the key this catcher was started with, else the key's id. */
  readonly keyId: string;
  readonly permission: 'full_access' | 'sending_access';
  /** The one audience a sandbox key may touch; '' for a key bound to none. */
  readonly segmentId: string;
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What mails, quotas and idempotency keys are counted under: the audience, so that a re-minted key keeps them. */
export const tenantOf = (caller: Caller): string => caller.segmentId || `key:${caller.keyId}`;

/** Reads the bearer token of a request and finds whose it is; tokens are compared by digest only. */
export const identify = (
  request: FastifyRequest,
  controlKeySha256: string,
  byTokenDigest: (digest: string) => Caller | undefined,
): Caller => {
  const token = /^Bearer\s+(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw missingApiKey();
  const digest = sha256(token);
  if (timingSafeEqual(Buffer.from(digest), Buffer.from(controlKeySha256)))
    return { keyId: 'control', permission: 'full_access', segmentId: '' };
  const caller = byTokenDigest(digest);
  if (caller === undefined) throw invalidApiKey();
  return caller;
};

export const callerOf = (request: FastifyRequest): Caller => request.getDecorator<Caller>('caller');

export const requireFullAccess = (caller: Caller): void => {
  if (caller.permission !== 'full_access') throw restricted();
};

/**
 * The audience a contacts request is about: what its path names, narrowed to the key's own.
 * `undefined` is every contact, and only ever answered to a full-access key.
 */
export const contactScope = (caller: Caller, named?: string): string | undefined => {
  if (caller.permission === 'full_access') return named;
  if (caller.segmentId === '' || (named !== undefined && named !== caller.segmentId)) throw restricted();
  return caller.segmentId;
};
