import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a token is good for: `granted`, or the HTTP status that refuses it. */
export type Verdict = 'granted' | 'unknown' | 'expired' | 'other repository';

/** 32 random bytes, made on the first run; without the file every token ever given out is void. */
export const loadTokenKey = async (dataDir: string): Promise<Buffer> => {
  const path = join(dataDir, 'token-key');
  try {
    // 'wx': the key of a first run is never replaced.
    await writeFile(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = Buffer.from(await readFile(path, 'utf8'), 'hex');
  if (key.length !== 32)
    throw new Error(`${path} is damaged: remove it, and credentials are handed out anew`);
  return key;
};

const sign = (key: Buffer, repository: string, expiry: string): Buffer =>
  createHmac('sha256', key).update(`${repository}|${expiry}`).digest();

/** `<repository>.<expiry in epoch seconds>.<HMAC-SHA-256, base64url>`: nothing is stored, nothing to look up. */
export const mintToken = (key: Buffer, repository: string, expiresAtMs: number): string => {
  const expiry = String(Math.floor(expiresAtMs / 1000));
  return `${repository}.${expiry}.${sign(key, repository, expiry).toString('base64url')}`;
};

export const checkToken = (key: Buffer, token: string, repository: string, nowMs: number): Verdict => {
  const [named = '', expiry = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(key, named, expiry);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'unknown';
  if (Number(expiry) * 1000 <= nowMs) return 'expired';
  return named === repository ? 'granted' : 'other repository';
};
