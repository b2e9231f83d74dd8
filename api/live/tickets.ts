import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Operator } from '../http/operators.ts';

/** Who a connection is: what the ticket was issued to. */
export type Holder = { readonly uid: string; readonly sessionKey?: string } | { readonly operator: Operator };

export type Tickets = {
  readonly issue: (holder: Holder) => { readonly ticket: string; readonly expiresAt: string };
  /** The holder, once and in time; `undefined` otherwise. */
  readonly redeem: (ticket: string) => Holder | undefined;
};

const GOOD_FOR_MS = 15_000;
/** Far longer than any holder's. */
const MOST_CHARS = 4_096;
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

/**
 * Single-use tickets. A websocket cannot carry an `Authorization` header, and an address ends up in logs: so the token
 * is checked where it can be sent, and the socket's first frame carries what that bought.
 *
 * A ticket is its holder, sealed, and not a name for one: it may be issued by one process and redeemed by another that
 * has the same key. Sealed and not signed, because it carries the session key, which pages cannot read. What was redeemed
 * is remembered per process until it would have expired anyway; the second use of a ticket at another process within
 * fifteen seconds gets its holder nothing that they do not have.
 */
export const createTickets = (key: string, now: () => number = Date.now): Tickets => {
  const secret = createHash('sha256').update(key).digest();
  /** Used ones, oldest first, until they expire. */
  const used = new Map<string, number>();

  const forget = (): void => {
    for (const [ticket, until] of used) {
      if (until > now()) return;
      used.delete(ticket);
    }
  };

  const seal = (holder: Holder, until: number): string => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify({ holder, until })), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url');
  };

  const open = (ticket: string): { readonly holder: Holder; readonly until: number } | undefined => {
    const bytes = Buffer.from(ticket, 'base64url');
    // Another spelling of the same bytes would be another ticket.
    if (ticket.length > MOST_CHARS || bytes.toString('base64url') !== ticket) return undefined;
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
      return JSON.parse(`${decipher.update(sealed, undefined, 'utf8')}${decipher.final('utf8')}`);
    } catch {
      return undefined;
    }
  };

  return {
    issue: (holder) => {
      const until = now() + GOOD_FOR_MS;
      return { ticket: seal(holder, until), expiresAt: new Date(until).toISOString() };
    },
    redeem: (ticket) => {
      forget();
      const opened = used.has(ticket) ? undefined : open(ticket);
      if (opened === undefined || opened.until <= now()) return undefined;
      used.set(ticket, opened.until);
      return opened.holder;
    },
  };
};
