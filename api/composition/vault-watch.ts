import { setTimeout as sleep } from 'node:timers/promises';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { Directory } from '../../commands/directory.ts';
import { sessionOfStream } from '../../commands/event-codec.ts';
import type { EventStore } from '../../commands/ports/event-store.ts';
import type { Vault } from '../../commands/ports/vault.ts';
import type { Logger } from '../log.ts';

export const NOT_SHARED =
  'The log holds sessions whose keys are not in the vault of this process: others on this log have another vault. Give ' +
  'all of them the same: FIRESTORE_KEEPS=vault+views, or one machine and one MK0R_DATA_DIR.';

/** Looked at when a process starts; what is planned after that is looked at one by one. */
const LATEST = 20;
/** In which a session that was forgotten meanwhile is known to be. */
const LOOK_AGAIN_MS = 3_000;

type Parts = {
  readonly store: EventStore;
  readonly vault: Pick<Vault, 'dataKey'>;
  readonly directory: Pick<Directory, 'session' | 'sessions'>;
  readonly logger: Pick<Logger, 'error'>;
  readonly lookAgainMs?: number;
};

/**
 * Several processes on one log need one vault, and no configuration can tell whether a file is the same file. A session's
 * key is in the vault before the session is in the log: where it is not, and the session was not forgotten, this is
 * another vault, with which every word would read as if it had been erased.
 */
export const watchVault = ({ store, vault, directory, logger, lookAgainMs = LOOK_AGAIN_MS }: Parts) => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isOurs = true;

  const lacks = async (sessionId: string): Promise<boolean> => {
    const key = await vault.dataKey(sessionId)();
    // A vault that cannot be read says nothing.
    return !isLeft(key) && key.right === undefined && directory.session(sessionId)?.status !== 'forgotten';
  };

  const look = async (sessionId: string): Promise<void> => {
    if (!isOurs || !(await lacks(sessionId))) return;
    await sleep(lookAgainMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || !isOurs || !(await lacks(sessionId))) return;
    isOurs = false;
    logger.error({ session: sessionId }, NOT_SHARED);
  };

  const follow = async (): Promise<void> => {
    const head = await store.head()();
    const after = isLeft(head) || head.right === undefined ? {} : { after: head.right };
    for await (const { events } of store.subscribeAll({ ...after, signal }))
      for (const { type, stream } of events) {
        const sessionId = sessionOfStream(stream);
        if (sessionId === undefined) continue;
        if (type === 'SessionPlanned') void look(sessionId);
        // Whoever holds something of it in this process lets go of it once it has no key.
        if (type === 'SessionForgotten') void vault.dataKey(sessionId)();
      }
  };

  const followed = follow();

  return {
    isOurs: (): boolean => isOurs,
    /** Once the directory is there: the sessions that were planned last. */
    lookBack: (): void => {
      const open = [...directory.sessions()].filter(({ status }) => status === 'open');
      for (const { sessionId } of open.slice(-LATEST)) void look(sessionId);
    },
    stop: (): Promise<void> => {
      stopping.abort();
      return followed;
    },
  };
};
