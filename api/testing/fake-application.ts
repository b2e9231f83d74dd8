import { randomBytes, randomUUID } from 'node:crypto';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Application, CommandError, PreviewTarget, VolatileText } from '../application.ts';
import { createFakeLog, type FakeLog } from './fake-log.ts';
import { POOL, PROJECTION, sessionViewAt, transcriptAt } from './views.ts';

export type FakeSession = {
  readonly sessionId: string;
  readonly slug: string;
  readonly owner: string;
  readonly sessionKey: string;
  readonly log: FakeLog;
};

export type FakeApplication = Application & {
  readonly addSession: (owner: string, sessionKey?: string) => FakeSession;
  /** Appends and announces. */
  readonly append: (sessionId: string, type?: string, data?: unknown) => void;
  readonly say: (sessionId: string, text: VolatileText) => void;
  /** The session is deleted: nobody may see it any more. */
  readonly forget: (sessionId: string) => void;
  /** Slugs of the apps that were used, one for each time. */
  readonly touched: readonly string[];
  /** Slugs of sleeping apps that were looked up by somebody who wants to see them. */
  readonly woken: readonly string[];
  readonly setPreview: (slug: string, target: PreviewTarget) => void;
  /** Every command that was let through, by name. */
  readonly carriedOut: { readonly name: string; readonly command: unknown }[];
  /** Commands and reads answer with this until it is taken back. */
  failing: CommandError | undefined;
};

const newKey = (): string => randomBytes(32).toString('base64url');
const newSlug = (): string => randomBytes(6).toString('hex');

/** The application without anything behind it: sessions, their logs and who may see them, in memory. */
export const createFakeApplication = (
  options: { readonly epoch?: string; readonly beforeRead?: () => Promise<void> } = {},
): FakeApplication => {
  const { epoch = 'epoch-1', beforeRead = async () => undefined } = options;
  const sessions = new Map<string, FakeSession>();
  const previews = new Map<string, PreviewTarget>();
  const touched: string[] = [];
  const woken: string[] = [];
  const volatile = new Map<string, Set<(text: VolatileText) => void>>();
  const carriedOut: FakeApplication['carriedOut'][number][] = [];
  let failing: CommandError | undefined;

  const addSession = (owner: string, sessionKey = newKey()): FakeSession => {
    const session = { sessionId: randomUUID(), slug: newSlug(), owner, sessionKey, log: createFakeLog() };
    sessions.set(session.sessionId, session);
    return session;
  };
  const answer = <A>(read: () => A): TE.TaskEither<CommandError, A> =>
    failing === undefined ? TE.fromIO(read) : TE.left(failing);
  const accept = <A>(name: string, command: unknown, result: A): TE.TaskEither<CommandError, A> =>
    answer(() => {
      carriedOut.push({ name, command });
      return result;
    });
  const revisionOf = (sessionId: string): number => (sessions.get(sessionId)?.log.events.length ?? 0) - 1;
  const viewOf = (sessionId: string, revision: number) => {
    const slug = sessions.get(sessionId)?.slug;
    return slug === undefined ? undefined : sessionViewAt({ sessionId, slug, revision });
  };

  return {
    addSession,
    append: (sessionId, type, data) => {
      const log = sessions.get(sessionId)?.log;
      log?.append(type, data);
      log?.announce();
    },
    say: (sessionId, text) => {
      for (const listener of volatile.get(sessionId) ?? []) listener(text);
    },
    forget: (sessionId) => void sessions.delete(sessionId),
    setPreview: (slug, target) => void previews.set(slug, target),
    carriedOut,
    get failing() {
      return failing;
    },
    set failing(error) {
      failing = error;
    },

    nudgePool: () => void carriedOut.push({ name: 'nudgePool', command: {} }),
    createSession: (command) =>
      answer(() => {
        carriedOut.push({ name: 'createSession', command });
        const { sessionId, slug, sessionKey } = addSession(command.owner, command.sessionKey);
        return { sessionId, slug, sessionKey, revision: 0, source: 'pool' };
      }),
    submitTurn: (command) => accept('submitTurn', command, { turnId: 'turn-1', revision: 7 }),
    cancelTurn: (command) => accept('cancelTurn', command, { revision: 8 }),
    moveHistory: (command) => accept('moveHistory', command, { revision: 8 }),
    retryService: (command) => accept('retryService', command, { revision: 8 }),
    wake: (command) => accept('wake', command, { revision: 8 }),
    closeSession: (command) => accept('closeSession', command, { revision: 8 }),
    setPoolTarget: (command) => accept('setPoolTarget', command, { revision: 1 }),
    releaseOrphans: (command) =>
      accept('releaseOrphans', command, {
        found: 1,
        released: 1,
        failed: 0,
        missing: 0,
        retried: 0,
        unreachable: [],
      }),
    drainPool: (command) => accept('drainPool', command, { revision: 1 }),

    access: async (sessionId, owner, sessionKey) => {
      const session = sessions.get(sessionId);
      if (session === undefined || session.owner !== owner) return 'not_found';
      return session.sessionKey === sessionKey ? 'granted' : 'wrong_key';
    },
    sessionView: async (sessionId) => viewOf(sessionId, revisionOf(sessionId)),
    transcript: async (sessionId) =>
      sessions.has(sessionId) ? transcriptAt(sessionId, revisionOf(sessionId)) : undefined,
    sessionAt: (sessionId, revision) => {
      const view = viewOf(sessionId, revision);
      if (view === undefined) return TE.left({ tag: 'NotFound' });
      return answer(() => ({ view, transcript: transcriptAt(sessionId, revision) }));
    },
    sessionsOf: async (owner) =>
      [...sessions.values()]
        .filter((session) => session.owner === owner)
        .map(({ sessionId, slug }) => ({
          sessionId,
          slug,
          title: 'Build me a habit tracker.',
          phase: 'ready',
          sandbox: 'awake',
          createdAt: '2026-11-20T10:00:00.000Z',
          lastActivityAt: '2026-11-20T10:00:00.000Z',
        })),
    pool: async () => POOL,
    orphans: async () => ({ orphans: [], stuck: [], missing: [] }),
    projections: async () => [PROJECTION],
    rebuildProjection: (name) => accept('rebuildProjection', { name }, PROJECTION),
    rollBackProjection: (name) => accept('rollBackProjection', { name }, PROJECTION),
    events:
      (sessionId, { from, limit }) =>
      async () => {
        await beforeRead();
        return answer(() => sessions.get(sessionId)?.log.events.slice(from, from + limit) ?? [])();
      },
    verify: (sessionId) => answer(() => ({ events: revisionOf(sessionId) + 1 })),
    maskedEnv: () => answer(() => [{ name: 'DATABASE_URL', masked: 'post…9f2c', service: 'neon' }]),
    secrets: () => answer(() => ({})),
    preview: async (slug, { wakes } = { wakes: true }) => {
      const target = previews.get(slug) ?? { state: 'unknown' };
      if (wakes && target.state === 'asleep') woken.push(slug);
      return target;
    },
    woken,
    touch: (slug) => void touched.push(slug),
    touched,

    live: {
      epoch,
      head: (sessionId) => sessions.get(sessionId)?.log.head() ?? -1,
      onEvent: (sessionId, listener) => sessions.get(sessionId)?.log.onEvent(listener) ?? (() => undefined),
      onVolatile: (sessionId, listener) => {
        const listeners = volatile.get(sessionId) ?? new Set();
        volatile.set(sessionId, listeners.add(listener));
        return () => listeners.delete(listener);
      },
    },
    health: () => ({
      isolation: {
        tier: 'process',
        filesystem: 'host',
        network: 'host',
        processes: 'host',
        uid: 'shared',
        limits: 'none',
        kernel: 'shared',
        summary: 'No isolation.',
      },
      store: failing?.tag === 'Unavailable' ? 'down' : 'up',
      services: { neon: 'up' },
      agent: 'offline',
      ready: true,
    }),
  };
};
