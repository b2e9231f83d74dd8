import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECTIONS } from '../../api/composition/projection-list.ts';
import type { ProjectionStatus } from '../../projections/status.ts';
import { untilLogged } from '../crash/log-file.ts';
import { until } from '../support/http-visitor.ts';
import { findSecrets, type Place, type Secrets } from '../support/secret-search.ts';
import { mk0r } from './command-line.ts';
import { findOnDisk } from './on-the-disk.ts';
import { type Visit, visit } from './visit.ts';

const LIMIT_MS = 240_000;

/** Files that are there to hold what they hold, while their session lives. */
const MEANT: readonly (readonly [secret: RegExp, file: RegExp])[] = [
  [/^(DATABASE_URL|NEON_ROLE_PASSWORD|RESEND_API_KEY)$/, /^sandboxes\/[^/]+\/app\/\.env$/],
  [/^git credential$/, /^sandboxes\/[^/]+\/run\/git-credential$/],
  [/^master key$/, /^master\.key$/],
  [/^git token key$/, /^git\/token-key$/],
  [/^superuser password$/, /^postgres\/superuser$/],
  [/^identity key$/, /^identity\/identity-key\.pem$/],
];
/** The app and its history, what it keeps for its owner, and the views its owner looks at. */
const WORDS_MEANT = /^(sandboxes|git|mail|postgres|analytics)\/|^log\/views\.db/;

const isMeant = (hit: string): boolean => {
  const [, secret = '', file = ''] = /^(.*?) in (.*)$/.exec(hit) ?? [];
  return MEANT.some(([what, where]) => what.test(secret) && where.test(file));
};

describe('what a session was told and given', () => {
  let life: Visit;
  let all: Secrets;

  const bodies = (): readonly Place[] =>
    life.visitor.received.map(({ url, text }) => ({ name: new URL(url).pathname, text }));
  const said = (): readonly Place[] => [
    { name: 'the server’s log', text: life.server.log() },
    ...life.commandLines().map((text) => ({ name: text.slice(0, 40), text })),
  ];
  const command = (...args: readonly string[]) =>
    mk0r(life.server.dataDir, { ADMIN_TOKEN: life.adminToken, PORT: new URL(life.server.url).port }, ...args);

  const operator = async (method: string, path: string) => {
    const headers = { authorization: `Bearer ${life.adminToken}` };
    const answer = await fetch(life.server.url + path, { method, headers });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as { readonly projections: readonly ProjectionStatus[] };
  };

  beforeAll(async () => {
    life = await visit();
    all = { ...life.secrets.session, ...life.secrets.server, ...life.words };
  }, LIMIT_MS);
  afterAll(() => life?.server.close());

  test(
    'is in the files that are meant to hold it, and in no other',
    async () => {
      const hits = await findOnDisk(life.server.dataDir, all);
      const isWord = (hit: string): boolean => Object.hasOwn(life.words, hit.split(' in ')[0] ?? '');
      const secrets = hits.filter((hit) => !isWord(hit));
      expect(secrets.filter((hit) => !isMeant(hit))).toEqual([]);
      for (const [secret] of MEANT)
        expect(secrets.some((hit) => secret.test(hit.split(' in ')[0] ?? ''))).toBe(true);

      const words = hits.filter(isWord);
      expect(words.filter((hit) => !WORDS_MEANT.test(hit.split(' in ')[1] ?? ''))).toEqual([]);
      expect(words).not.toEqual([]);
      process.stdout.write(
        `forgetting · alive: ${Object.keys(all).length} canaries, 0 outside of what is meant\n`,
      );
    },
    LIMIT_MS,
  );

  test('is neither logged nor an argument', () => {
    expect(life.commandLines().some((line) => line.includes('api/main.ts'))).toBe(true);
    expect(findSecrets(all, said())).toEqual([]);
  });

  test('reaches its owner in words, and never as a secret, but for the key that is set once', async () => {
    const places = [...life.frames, ...bodies(), ...(await life.exports())];
    expect(places.length).toBeGreaterThan(50);
    const { 'session key': key = '', ...rest } = life.secrets.session;
    expect(findSecrets({ ...rest, ...life.secrets.server }, places)).toEqual([]);
    expect(findSecrets({ 'session key': key }, places)).toEqual(['session key in /api/sessions']);
    const names = new Set(findSecrets(life.words, places).map((hit) => hit.replace(/ in .*/, '')));
    expect([...names].toSorted()).toEqual(Object.keys(life.words).toSorted());
  });

  describe('once the session is deleted', () => {
    const forgettable = () => ({ ...life.secrets.session, ...life.words });
    let sent: { readonly frames: number; readonly bodies: number };

    beforeAll(async () => {
      sent = { frames: life.frames.length, bodies: life.visitor.received.length };
      const path = `/api/sessions/${life.session.sessionId}`;
      expect((await life.visitor.request('DELETE', path)).status).toBe(202);
      const { dataDir } = life.server;
      await untilLogged(dataDir, life.session.sessionId, ({ type }) => type === 'SessionForgotten');
    }, LIMIT_MS);

    test(
      'is nowhere on the disk: no log, no vault, no view, no freed page, no repository, no sandbox, no database',
      async () => {
        const look = () => findOnDisk(life.server.dataDir, forgettable());
        // The views are written anew in one go with what else is forgotten within some seconds.
        await expect.poll(look, { timeout: 60_000, interval: 1_000 }).toEqual([]);
        process.stdout.write(
          `forgetting · forgotten: ${Object.keys(forgettable()).length} canaries on the disk, 0 hits\n`,
        );
      },
      LIMIT_MS,
    );

    test(
      'reads [erased] in exports, whose seals still fit, and in views built again from the log',
      async () => {
        const id = life.session.sessionId;
        const exported = await command('audit', id, '--json');
        expect(exported).toContain('[erased]');
        expect(findSecrets(forgettable(), [{ name: 'audit --json', text: exported }])).toEqual([]);
        expect(await command('audit', id, '--verify')).toMatch(/every seal fits/);

        for (const { name } of PROJECTIONS) await operator('POST', `/api/projections/${name}/rebuild`);
        const { projections } = await until(
          () => operator('GET', '/api/projections'),
          (answer) => answer.projections.every(({ building }) => building === undefined),
        );
        expect(projections.map(({ serving }) => serving?.generation)).toEqual(projections.map(() => 2));
        const then = await command('audit', id, '--at', '40');
        expect(findSecrets(forgettable(), [{ name: 'audit --at', text: then }])).toEqual([]);
        expect(await findOnDisk(life.server.dataDir, forgettable())).toEqual([]);
      },
      LIMIT_MS,
    );

    test('was neither logged nor sent on the way', () => {
      expect(findSecrets(all, said())).toEqual([]);
      const since = [...life.frames.slice(sent.frames), ...bodies().slice(sent.bodies)];
      expect(since).not.toEqual([]);
      expect(findSecrets(forgettable(), since)).toEqual([]);
    });
  });
});
