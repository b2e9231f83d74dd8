import { randomBytes, randomUUID } from 'node:crypto';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { CommandError } from '../application/command.ts';
import type { Application, PreviewTarget, VolatileText } from '../application.ts';
import { fakeAudit } from './fake-audit.ts';
import { createFakeLog, type FakeLog } from './fake-log.ts';
import { OPS, POOL, PROJECTION, sessionViewAt, transcriptAt } from './views.ts';

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
  /** What is said of apps that do not answer. */
  silence: 'starting' | 'crashed';
};

const PICTURE = {
  id: '0'.repeat(32),
  mediaType: 'image/png',
  bytes: 1,
  digest: '0'.repeat(64),
} as const;

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
  let silence: 'starting' | 'crashed' = 'starting';

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
    get silence() {
      return silence;
    },
    set silence(state) {
      silence = state;
    },
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
    forkSession: (command) =>
      answer(() => {
        carriedOut.push({ name: 'forkSession', command });
        const { sessionId, slug, sessionKey } = addSession(command.owner, command.sessionKey);
        return { sessionId, slug, sessionKey, revision: 1, source: 'pool' };
      }),
    openVersion: (command) => accept('openVersion', command, { state: 'opening', commit: command.commit }),
    closeVersion: (command) => accept('closeVersion', command, { state: 'closed' }),
    version: async () => ({ state: 'closed' }),
    retryFork: (command) => accept('retryFork', command, { revision: 8 }),
    submitTurn: (command) => accept('submitTurn', command, { turnId: 'turn-1', revision: 7 }),
    upgrade: (command) => accept('upgrade', command, { revision: 8 }),
    keepPicture: (command) => accept('keepPicture', command, { attachment: PICTURE, revision: 8 }),
    picture: () => answer(() => ({ mediaType: PICTURE.mediaType, bytes: new Uint8Array([0x89]) })),
    cancelTurn: (command) => accept('cancelTurn', command, { revision: 8 }),
    chooseModel: (command) => accept('chooseModel', command, { revision: 8 }),
    setBudget: (command) => accept('setBudget', command, { revision: 8 }),
    daySpending: () => ({ day: '2026-01-01', spentMicros: 120_000, reservedMicros: 0 }),
    moveHistory: (command) => accept('moveHistory', command, { revision: 8 }),
    retryService: (command) => accept('retryService', command, { revision: 8 }),
    wake: (command) => accept('wake', command, { revision: 8 }),
    closeSession: (command) => accept('closeSession', command, { revision: 8 }),
    issueLink: (command) =>
      accept('issueLink', command, {
        secret: 's'.repeat(43),
        expiresAt: '2026-11-20T10:10:00.000Z',
        revision: 8,
      }),
    redeemLink: (command) => accept('redeemLink', command, { sessionKey: 'k'.repeat(43), revision: 8 }),
    verifyAddress: (command) => accept('verifyAddress', command, { revision: 8 }),
    confirmAddress: (command) => accept('confirmAddress', command, { revision: 8, verified: true }),
    noteAppError: (command) => accept('noteAppError', command, { revision: 8 }),
    appFailed: (slug, seen) => void carriedOut.push({ name: 'appFailed', command: { slug, ...seen } }),
    appSilent: async () => silence,
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
    retryStep: (command) => accept('retryStep', command, { revision: 8 }),

    access: async (sessionId, owner, sessionKey) => {
      const session = sessions.get(sessionId);
      if (session === undefined || session.owner !== owner) return 'not_found';
      return session.sessionKey === sessionKey ? 'granted' : 'wrong_key';
    },
    sessionView: async (sessionId) => viewOf(sessionId, revisionOf(sessionId)),
    transcript: async (sessionId) =>
      sessions.has(sessionId) ? transcriptAt(sessionId, revisionOf(sessionId)) : undefined,
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
    ops: async () => OPS,
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
    audit: fakeAudit({
      answer,
      eventsOf: (sessionId) => sessions.get(sessionId)?.log.events ?? [],
      slugOf: (sessionId) => sessions.get(sessionId)?.slug,
    }),
    maskedEnv: () =>
      answer(() => [{ name: 'DATABASE_URL', masked: 'post…9f2c', service: 'neon', replaced: false }]),
    revealVariable: (command) =>
      accept('revealVariable', command, { name: command.name, value: 'postgresql://…', revision: 8 }),
    replaceVariable: (command) => accept('replaceVariable', command, { revision: 8 }),
    releaseService: (command) => accept('releaseService', command, { revision: 8 }),
    changeFile: (command) => accept('changeFile', command, { saveId: 'save-1', revision: 8 }),
    saveFile: (command) => accept('saveFile', command, { saveId: 'save-1', revision: 8 }),
    changeData: (command) => accept('changeData', command, { revision: 8 }),
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
      findHead: async (sessionId) => sessions.get(sessionId)?.log.head() ?? -1,
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
