import { createServer } from 'node:http';
import { Agent } from 'node:https';
import { type Duplex, duplexPair } from 'node:stream';

/** Seconds for which firebase-admin keeps the certificates before it asks again. */
const MAX_AGE_S = 3_600;

/** An agent whose every connection ends in `server`, within this process: no port, no TLS, no network. */
class InProcessAgent extends Agent {
  readonly #server;

  constructor(server: ReturnType<typeof createServer>) {
    super({ keepAlive: false });
    this.#server = server;
  }

  override createConnection(): Duplex {
    const [near, far] = duplexPair();
    this.#server.emit('connection', far);
    return near;
  }
}

/**
 * firebase-admin fetches Google's certificates through the `httpAgent` of its app. Given this agent it gets ours
 * instead, and so verifies tokens of the local issuer on the same path as Google's: signature, `kid`, `aud`, `iss`,
 * expiry. Never give it to an app that is to trust Google.
 */
export const certsAgent = (certs: () => Promise<Readonly<Record<string, string>>>): Agent =>
  new InProcessAgent(
    createServer((_request, response) => {
      certs().then(
        (keys) =>
          response
            .writeHead(200, { 'content-type': 'application/json', 'cache-control': `max-age=${MAX_AGE_S}` })
            .end(JSON.stringify(keys)),
        () => response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"no keys"}'),
      );
    }),
  );
