import { randomBytes } from 'node:crypto';

/** Who a connection is: what the ticket was issued to. */
export type Holder = { readonly uid: string; readonly sessionKey?: string };

export type Tickets = {
  readonly issue: (holder: Holder) => { readonly ticket: string; readonly expiresAt: string };
  /** The holder, once and in time; `undefined` otherwise. */
  readonly redeem: (ticket: string) => Holder | undefined;
};

const GOOD_FOR_MS = 15_000;
/** Above this the oldest go: whoever fetches tickets without using them only hurts others like them. */
const MOST = 20_000;

/**
 * Single-use tickets in memory. A websocket cannot carry an `Authorization` header, and an address ends up in logs:
 * so the token is checked where it can be sent, and the socket's first frame carries what that bought.
 */
export const createTickets = (now: () => number = Date.now): Tickets => {
  const open = new Map<string, { readonly holder: Holder; readonly until: number }>();

  const forget = (): void => {
    for (const [ticket, { until }] of open) {
      if (until > now() && open.size <= MOST) return;
      open.delete(ticket);
    }
  };

  return {
    issue: (holder) => {
      const ticket = randomBytes(24).toString('base64url');
      const until = now() + GOOD_FOR_MS;
      open.set(ticket, { holder, until });
      forget();
      return { ticket, expiresAt: new Date(until).toISOString() };
    },
    redeem: (ticket) => {
      const found = open.get(ticket);
      open.delete(ticket);
      return found && found.until > now() ? found.holder : undefined;
    },
  };
};
