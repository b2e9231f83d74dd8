import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

/** An agent whose every connection goes to one origin, whatever host was asked for. */
class OneOriginAgent extends Agent {
  readonly #origin: URL;

  constructor(origin: URL) {
    super({ keepAlive: false });
    this.#origin = origin;
  }

  override createConnection(): Duplex {
    const { protocol, hostname, port } = this.#origin;
    const host = hostname.replace(/^\[|\]$/g, '');
    if (protocol === 'http:') return connectPlain({ host, port: Number(port || 80) });
    return connectTls({ host, port: Number(port || 443), servername: host });
  }
}

/**
 * firebase-admin asks www.googleapis.com for Google's public keys, and has no setting for another place. Given this
 * agent it asks `origin` for them, under the same path.
 */
export const keysAgent = (origin: string): Agent => new OneOriginAgent(new URL(origin));
