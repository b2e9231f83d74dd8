import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { pino } from 'pino';
import { rightOf } from '../../domain/testing/outcome.ts';
import { type Config, readConfig } from '../config.ts';
import type { VerifyToken } from '../http/access.ts';
import { createMetrics } from '../metrics.ts';
import { buildServer } from '../server.ts';
import { createFakeApplication, type FakeApplication } from './fake-application.ts';
import { fakePanels } from './fake-panels.ts';

const MINUTE = 60_000;

export const ADMIN_TOKEN = 'the operator of this test';

/** Tokens of the tests read `token of <uid>`, spelled without spaces; any other is refused. */
export const tokenOf = (uid: string): string => `token-of-${uid}`;
export const fakeVerifyToken: VerifyToken = (token) =>
  token.startsWith('token-of-')
    ? TE.right({ uid: token.slice('token-of-'.length), anonymous: true })
    : TE.left({ tag: 'TokenRefused', reason: 'it was not issued here' });

export const testConfig = (env: Readonly<Record<string, string>> = {}): Config =>
  rightOf(readConfig({ PORT: '0', ADMIN_TOKEN: ADMIN_TOKEN.replaceAll(' ', '-'), ...env }));

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** The whole web server round a fake application, with a page of one file. `listen()` where sockets matter. */
export const startTestServer = async (
  options: {
    readonly app?: FakeApplication;
    readonly env?: Readonly<Record<string, string>>;
    readonly mounts?: readonly FastifyPluginAsync[];
  } = {},
) => {
  const app = options.app ?? createFakeApplication();
  const config = testConfig(options.env);
  const webRoot = await mkdtemp(join(tmpdir(), 'mk0r-web-'));
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>mk0r</title>');
  const built = await buildServer({
    app,
    config,
    verifyToken: fakeVerifyToken,
    logger: pino({ level: 'silent' }),
    metrics: createMetrics(),
    panels: fakePanels,
    identity: { firebase: { apiKey: 'k', projectId: 'p', authDomain: 'd' }, signIn: 'here' },
    embedded: ['neon'],
    operatorKey: 'a key of this test',
    ticketKey: 'another key of this test',
    webRoot,
    mounts: options.mounts ?? [],
    patience: { tooLateMs: MINUTE, helloMs: MINUTE },
  });
  const { server, site, routes } = built;
  return {
    app,
    config,
    server,
    site,
    routes,
    webRoot,
    /** The port it got. */
    listen: async (): Promise<number> => {
      await server.listen({ host: '127.0.0.1', port: 0 });
      return Number(new URL(site().origin).port);
    },
    close: async (): Promise<void> => {
      await server.close();
      await rm(webRoot, { recursive: true, force: true });
    },
  };
};

/** What a browser of that visitor sends along. */
export const as = (uid: string, sessionKey?: string): Record<string, string> => ({
  authorization: `Bearer ${tokenOf(uid)}`,
  ...(sessionKey === undefined ? {} : { cookie: `mk0r_session_key=${sessionKey}` }),
});
