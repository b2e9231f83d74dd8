import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CreatedSession } from '../../api/application/command.ts';
import { watchCommandLines } from '../support/command-lines.ts';
import { type HttpVisitor, newHttpVisitor, until } from '../support/http-visitor.ts';
import type { Place, Secrets } from '../support/secret-search.ts';
import { secretsOf } from '../support/secrets-of.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { mk0r } from './command-line.ts';
import { watchLive } from './live-frames.ts';

const OWNER = 'quokka@bakery.example';
const FIRST = `A waitlist for the Quokka Bakery that mails me at ${OWNER}`;
const GUEST = 'numbat.guest@burrow.example';
const SECOND = 'Try again, and paint it persimmon like the wombats of Wollongong';

/** A whole life up to here, and all that left the server during it. */
export type Visit = {
  readonly server: TestServer;
  readonly visitor: HttpVisitor;
  readonly session: CreatedSession;
  readonly adminToken: string;
  /** What opens something, of this session and of the server. */
  readonly secrets: { readonly session: Secrets; readonly server: Secrets };
  /** What the visitor said, and what the agent answered. */
  readonly words: Secrets;
  readonly frames: readonly Place[];
  readonly exports: () => Promise<readonly Place[]>;
  readonly commandLines: () => readonly string[];
};

const ended = (status: string | undefined): boolean =>
  ['finished', 'failed', 'cancelled'].includes(status ?? '');

/** A guest uses the app, which stores the address, mails its owner and tracks the event. */
const signUp = (url: string, slug: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const headers = { host: `${slug}.preview.localhost:${port}`, 'content-type': 'application/json' };
    const ask = request(
      { host: '127.0.0.1', port, path: '/api/signups', method: 'POST', headers },
      (answer) => {
        text(answer).then((body) => {
          if (answer.statusCode === 201) resolve();
          else reject(new Error(`the app answered ${answer.statusCode}: ${body}`));
        }, reject);
      },
    );
    ask.once('error', reject);
    ask.end(JSON.stringify({ email: GUEST }));
  });

/**
 * A boot with one service down and its retry, two turns, a restart of the server in between, exports: on a server that
 * logs all it can.
 */
export const visit = async (): Promise<Visit> => {
  const adminToken = randomBytes(24).toString('base64url');
  const commandLines = watchCommandLines();
  const server = await startServer({
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'trace',
    VM_POOL_TARGET_SIZE: '0',
    MK0R_RATE_LIMITS: 'off',
  });
  try {
    const mail = Number(readFileSync(join(server.dataDir, 'mail', 'port'), 'utf8'));
    await server.outage(mail, 'down');
    const visitor = await newHttpVisitor(() => server.url);
    const session = await visitor.startSession(FIRST);
    const id = session.sessionId;
    const path = `/api/sessions/${id}`;
    const turnEnds = (index: number) =>
      until(
        () => visitor.turns(id),
        (turns) => ended(turns[index]?.status),
      );
    const before = await watchLive(server.url, visitor, id);
    await turnEnds(0);
    await server.outage(mail, 'up');
    await visitor.request('POST', `${path}/services/resend/retry`, {});
    await until(
      () => visitor.view(id),
      ({ missing }) => missing.length === 0,
    );
    await server.end('SIGTERM');
    await server.start();
    const after = await watchLive(server.url, visitor, id);
    await until(
      () => visitor.request('POST', `${path}/turns`, { prompt: SECOND }),
      ({ status }) => status === 202,
    );
    const turns = await turnEnds(1);
    await signUp(server.url, session.slug);
    for (const part of ['/env', '/files', '/database', '/mail', '/analytics', '/history', '/events/verify'])
      await until(
        () => visitor.request('GET', path + part),
        ({ status }) => status === 200,
      );

    const said = turns
      .flatMap(({ items }) => items)
      .flatMap((item) => ('text' in item && typeof item.text === 'string' ? [item.text] : []));
    const secrets = secretsOf(server.dataDir, { id, slug: session.slug });
    const isServers = (name: string): boolean =>
      /^(master|mail control|git token|superuser|identity)/.test(name);
    const entries = Object.entries({
      ...secrets,
      'session key': session.sessionKey,
      'admin token': adminToken,
    });
    return {
      ...{ server, visitor, session, adminToken },
      secrets: {
        session: Object.fromEntries(entries.filter(([name]) => !isServers(name) && name !== 'admin token')),
        server: Object.fromEntries(entries.filter(([name]) => isServers(name) || name === 'admin token')),
      },
      words: {
        'first prompt': FIRST,
        'second prompt': SECOND,
        'name of the product': 'Quokka Bakery',
        'address of the owner': OWNER,
        'address of a guest': GUEST,
        'words of the agent': said.find((text) => text.length > 20) ?? '',
      },
      get frames() {
        return [...before.frames, ...after.frames];
      },
      exports: async () => [
        { name: 'events.ndjson', text: String((await visitor.request('GET', `${path}/events.ndjson`)).body) },
        {
          name: 'audit --json',
          text: await mk0r(server.dataDir, { ADMIN_TOKEN: adminToken }, 'audit', id, '--json'),
        },
      ],
      commandLines,
    };
  } catch (error) {
    await server.close();
    throw error;
  }
};
