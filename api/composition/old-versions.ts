import * as E from 'fp-ts/lib/Either.js';
import { checkpointsOf, databaseOf } from '../../commands/effects/checkpoint.ts';
import type { Sandbox, VersionReport } from '../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../commands/ports/services.ts';
import type { Context } from '../../commands/process-managers/context.ts';
import { checkpointOf } from '../../domain/session/checkpoints.ts';
import { isKnown } from '../../domain/session/history.ts';
import { explain, type Refusal, refusalCode } from '../../domain/session/refusals.ts';
import { isDone, type SessionState } from '../../domain/session/state.ts';
import type { CommandError } from '../application/command.ts';
import type { OldVersionView } from '../application/versions.ts';
import type { Application, PreviewTarget } from '../application.ts';
import type { Reach } from './reach.ts';

/** Not asked for anything for so long, it is closed. */
const IDLE_MS = 5 * 60_000;
const LOOK_EVERY_MS = 30_000;
const OPEN_LIMIT_MS = 60_000;
const CLOSE_LIMIT_MS = 30_000;
/** For what another process has opened, which only the sandbox knows of. */
const ASK_AGAIN_MS = 2_000;

/** The label a version's pages are asked for under, beside the app's own. */
const LABEL = /^v-([a-z0-9]{12})$/;
export const slugOfVersion = (label: string): string | undefined => LABEL.exec(label)?.[1];

type Entry = {
  readonly sessionId: string;
  readonly slug: string;
  readonly commit: string;
  data: NonNullable<OldVersionView['data']>;
  state: 'opening' | 'open' | 'failed';
  error?: ProviderError;
};

const NOT_SWEPT =
  'databases of older versions that a killed process has left could not all be removed: they stay until the next start';

const CLOSED: OldVersionView = { state: 'closed' };

const refused = (refusal: Refusal): CommandError => ({
  tag: 'Refused',
  code: refusalCode(refusal),
  message: explain(refusal),
});

const UNSUPPORTED: ProviderError = {
  code: 'versions_unsupported',
  message:
    'The sandbox of this app was made by an earlier release and shows the current version alone. Fork the version to see it.',
  retryable: false,
};

type Options = { readonly idleMs?: number; readonly lookEveryMs?: number };

/**
 * Older versions that are looked at, one a session, each with its own dev server and a database that is thrown away. They
 * are in no log: what is left of one after a crash is found by the name of its database.
 */
export const createOldVersions = (
  context: Context,
  reach: Reach,
  { idleMs = IDLE_MS, lookEveryMs = LOOK_EVERY_MS }: Options = {},
) => {
  const { directory, world, clock, log } = context;
  const entries = new Map<string, Entry>();
  const asked = new Map<
    string,
    { readonly at: number; readonly report: Promise<VersionReport | undefined> }
  >();
  let looking = false;

  const scratchOf = (state: SessionState) => checkpointsOf(world, state)?.scratch;

  const sandboxOf = (sessionId: string): Promise<Sandbox | undefined> => reach(sessionId);

  const whyNot = (state: SessionState, commit: string): CommandError | undefined => {
    if (state.status !== 'open') return refused({ tag: 'SessionNotOpen' });
    if (state.mode !== 'full') return refused({ tag: 'NotFull' });
    if (state.readyAt === undefined || state.history === undefined) return refused({ tag: 'NotReady' });
    if (!isKnown(state.history, commit)) return refused({ tag: 'CommitUnknown' });
    return state.sandbox.status === 'awake' ? undefined : refused({ tag: 'SandboxAsleep' });
  };

  const open: Application['openVersion'] =
    ({ sessionId, commit }) =>
    async () => {
      const state = directory.session(sessionId);
      if (state === undefined) return E.left({ tag: 'NotFound' });
      const why = whyNot(state, commit);
      if (why !== undefined) return E.left(why);
      const before = entries.get(sessionId);
      if (before?.commit !== commit || before.state === 'failed') {
        const entry: Entry = { sessionId, slug: state.slug, commit, data: 'none', state: 'opening' };
        entries.set(sessionId, entry);
        asked.delete(sessionId);
        void prepare(entry, state);
        lookAgain();
      }
      return E.right(await viewOf(sessionId));
    };

  const isCurrent = (entry: Entry): boolean => entries.get(entry.sessionId) === entry;

  const prepare = async (entry: Entry, state: SessionState): Promise<void> => {
    try {
      const error = await start(entry, state);
      // Another one took its place, or it was closed: that one has the database by now, or it is gone.
      if (!isCurrent(entry)) return;
      if (error === undefined) entry.state = 'open';
      else await fail(entry, error);
    } catch (thrown) {
      log.error({ session: entry.sessionId, err: thrown }, 'an older version could not be shown');
      if (isCurrent(entry)) await fail(entry, UNSUPPORTED);
    }
  };

  const fail = async (entry: Entry, error: ProviderError): Promise<void> => {
    entry.state = 'failed';
    entry.error = error;
    await endScratch(entry.slug);
  };

  /** Answers why not, where it could not be. */
  const start = async (entry: Entry, state: SessionState): Promise<ProviderError | undefined> => {
    const signal = AbortSignal.timeout(OPEN_LIMIT_MS);
    const sandbox = await sandboxOf(entry.sessionId);
    if (sandbox?.versions === undefined) return UNSUPPORTED;
    const env: Record<string, string> = {};
    const scratch = scratchOf(state);
    if (scratch !== undefined && isDone(state, 'neon')) {
      const kept = checkpointOf(state.checkpoints, entry.commit)?.checkpointId;
      const of = { ...databaseOf(state), signal };
      const made = await scratch.open(kept === undefined ? of : { ...of, checkpointId: kept })();
      if (E.isLeft(made)) return made.left;
      env.DATABASE_URL = made.right.databaseUrl;
      entry.data = kept === undefined ? 'empty' : 'kept';
    }
    if (!isCurrent(entry)) return undefined;
    const opened = await sandbox.versions.open({ sha: entry.commit, env })();
    if (E.isRight(opened)) return undefined;
    return opened.left.code === 'no_such_route' ? UNSUPPORTED : opened.left;
  };

  const endScratch = async (slug: string): Promise<void> => {
    const signal = AbortSignal.timeout(CLOSE_LIMIT_MS);
    const ended = await world.checkpoints?.scratch.close({ slug, signal })();
    if (ended !== undefined && E.isLeft(ended) && ended.left.code !== 'database_missing')
      log.warn({ slug, code: ended.left.code }, 'the database of an older version was not removed');
  };

  const forget = async (entry: Entry): Promise<void> => {
    if (isCurrent(entry)) entries.delete(entry.sessionId);
    asked.delete(entry.sessionId);
    await endScratch(entry.slug);
  };

  const close: Application['closeVersion'] =
    ({ sessionId }) =>
    async () => {
      const state = directory.session(sessionId);
      if (state === undefined) return E.left({ tag: 'NotFound' });
      entries.delete(sessionId);
      asked.delete(sessionId);
      await (await sandboxOf(sessionId))?.versions?.close()();
      await endScratch(state.slug);
      return E.right(CLOSED);
    };

  const report = async (sessionId: string): Promise<VersionReport | undefined> => {
    const before = asked.get(sessionId);
    if (before !== undefined && performance.now() - before.at < ASK_AGAIN_MS) return before.report;
    const answer = (async () => {
      const told = await (await sandboxOf(sessionId))?.versions?.report()();
      return told !== undefined && E.isRight(told) ? told.right : undefined;
    })();
    asked.set(sessionId, { at: performance.now(), report: answer });
    return answer;
  };

  const viewOf = async (sessionId: string): Promise<OldVersionView> => {
    const entry = entries.get(sessionId);
    const known = entry === undefined ? {} : { commit: entry.commit, data: entry.data };
    if (entry !== undefined && entry.state !== 'open') {
      const error = entry.error === undefined ? {} : { error: errorOf(entry.error) };
      return { ...known, state: entry.state, ...error };
    }
    const told = await report(sessionId);
    if (told === undefined || told.state === 'closed') return CLOSED;
    const shown = { ...known, ...(told.sha === undefined ? {} : { commit: told.sha }) };
    if (told.state === 'ready') return { ...shown, state: 'open' };
    if (told.state === 'starting') return { ...shown, state: 'opening' };
    return { ...shown, state: 'failed', error: errorOf(crashed(told.log)) };
  };

  const target = async (slug: string): Promise<PreviewTarget> => {
    const state = directory.sessionBySlug(slug);
    if (state === undefined) return { state: 'unknown' };
    const { sessionId } = state;
    const sandbox = await sandboxOf(sessionId);
    if (sandbox?.versions === undefined) return { state: 'closed', sessionId };
    const told = entries.has(sessionId) ? undefined : await report(sessionId);
    if (!entries.has(sessionId) && (told === undefined || told.state === 'closed'))
      return { state: 'closed', sessionId };
    return { state: 'up', sandbox: { ...sandbox, preview: sandbox.versions.endpoint } };
  };

  const lookAgain = (): void => {
    if (looking) return;
    looking = true;
    clock.after(lookEveryMs, () => void look());
  };

  /** What nobody has asked for anything for a while is closed; what went with its sandbox is forgotten. */
  const look = async (): Promise<void> => {
    looking = false;
    await Promise.all([...entries.values()].filter(({ state }) => state !== 'opening').map(lookAt)).catch(
      (error: unknown) => log.error({ error: String(error) }, 'a look at older versions failed'),
    );
    if (entries.size > 0) lookAgain();
  };

  const lookAt = async (entry: Entry): Promise<void> => {
    const state = directory.session(entry.sessionId);
    if (state?.status !== 'open' || state.sandbox.status !== 'awake') return forget(entry);
    asked.delete(entry.sessionId);
    const told = await report(entry.sessionId);
    if (told === undefined) return;
    if (told.state === 'closed') return forget(entry);
    if (told.idleMs < idleMs) return;
    await (await sandboxOf(entry.sessionId))?.versions?.close()();
    await forget(entry);
  };

  /** What a process that was killed has left: nobody looks at it any more, since its dev server ended with it. */
  const sweep = async (): Promise<void> => {
    try {
      const left = await world.checkpoints?.scratch.list(AbortSignal.timeout(CLOSE_LIMIT_MS))();
      if (left === undefined) return;
      if (E.isLeft(left)) return log.warn({ code: left.left.code }, NOT_SWEPT);
      const shown = new Set([...entries.values()].map(({ slug }) => slug));
      for (const slug of left.right) if (!shown.has(slug)) await endScratch(slug);
    } catch (thrown) {
      log.warn({ err: thrown }, NOT_SWEPT);
    }
  };

  return {
    openVersion: open,
    closeVersion: close,
    version: async (sessionId: string): Promise<OldVersionView> =>
      directory.session(sessionId) === undefined ? CLOSED : viewOf(sessionId),
    target,
    silent: async (slug: string): Promise<'crashed' | 'starting'> => {
      const sessionId = directory.sessionBySlug(slug)?.sessionId;
      const told = sessionId === undefined ? undefined : await report(sessionId);
      return told?.state === 'crashed' ? 'crashed' : 'starting';
    },
    sweep,
  };
};

const errorOf = ({ code, message, retryable }: ProviderError) => ({ code, message, retryable });

/** The last thing its dev server said, which is a stranger's. */
const crashed = (printed: string): ProviderError => {
  const said = printed
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(-300);
  return {
    code: 'version_crashed',
    message: `The app of this version does not start${said === '' ? '.' : `: ${said}`}`,
    retryable: true,
  };
};

export type OldVersions = ReturnType<typeof createOldVersions>;
