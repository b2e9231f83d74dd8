import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import type { Forward, HttpEndpoint } from '../../../commands/ports/sandboxes.ts';
import { joinLink } from '../../../sandbox/bridge/link/join.ts';
import { createShares } from './shares.ts';

/** Offers that stand ready at once: a page opens two or three connections together. */
const STANDING = 3;
const MAX_CONNECTIONS = 128;
/** Of them for each port, however many another one takes. */
const KEPT_FOR_EACH = 8;
const MAX_FRAME_BYTES = 1024 * 1024;
const HANDSHAKE_MS = 10_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** One is cut now and then by whatever lies between; two in a row and the sandbox is worth a look. */
const FAILURES_BEFORE_LOOK = 2;

export type LinkOptions = {
  readonly bridge: HttpEndpoint;
  readonly token: string;
  readonly forwards: readonly Forward[];
  /** After a pause: what is connected through links from before it is cut off, and knows it. */
  readonly anew: boolean;
  /** The sandbox cannot be reached, again and again. */
  readonly onSilence: () => void;
};

/**
 * The way from inside a sandbox to this server's own services, which have no public address: websockets to its bridge
 * that stand ready, each of which becomes one connection to a forwarded port and is replaced (`sandbox/bridge/link`).
 * Where nothing is forwarded, one that is never taken still shows that the sandbox lives.
 */
export const openLink = ({
  bridge,
  token,
  forwards,
  anew,
  onSilence,
}: LinkOptions): { close: () => void } => {
  const epoch = randomUUID();
  const address = (): URL => {
    const query = forwards.length === 0 ? '' : `?epoch=${epoch}${anew && !reached ? '&anew' : ''}`;
    return new URL(`/link${query}`, bridge.origin.replace(/^http/, 'ws'));
  };
  const open = new Set<WebSocket>();
  const timers = new Set<NodeJS.Timeout>();
  const wanted = forwards.length === 0 ? 1 : STANDING;
  const shares = createShares(
    forwards.map(({ port }) => port),
    { most: MAX_CONNECTIONS, kept: KEPT_FOR_EACH },
  );
  /** Offers that stand ready, or are about to. */
  let standing = 0;
  let failures = 0;
  let reached = false;
  let closed = false;

  const offerIn = (ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      offer();
    }, ms);
    timers.add(timer);
  };

  const pause = (): number =>
    Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2);

  const take = (link: WebSocket, port: number): void => {
    const target = forwards.find((forward) => forward.port === port)?.target;
    // What comes from a sandbox is a request, not an order: only what was promised to it is connected.
    if (target === undefined || !shares.take(port)) {
      link.terminate();
      return;
    }
    link.once('close', () => {
      shares.giveBack(port);
      replace();
    });
    joinLink(connect({ ...target, allowHalfOpen: true }), link);
  };

  const replace = (): void => {
    while (!closed && standing < wanted && !shares.isFull()) {
      standing += 1;
      offer();
    }
  };

  const offer = (): void => {
    if (closed) return;
    const link = new WebSocket(address(), {
      headers: { ...bridge.headers, authorization: `Bearer ${token}` },
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
    });
    let taken = false;
    open.add(link);
    link.once('open', () => {
      failures = 0;
      reached = true;
    });
    link.once('message', (data) => {
      taken = true;
      standing -= 1;
      take(link, Number(String(data)));
      replace();
    });
    link.on('error', () => link.terminate());
    link.once('close', () => {
      open.delete(link);
      if (closed || taken) return;
      failures += 1;
      if (failures % FAILURES_BEFORE_LOOK === 0) onSilence();
      offerIn(pause());
    });
  };

  replace();
  return {
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const link of open) link.terminate();
    },
  };
};
