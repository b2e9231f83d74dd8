import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { createAbsence } from './absence.ts';
import type { KurrentAddress } from './address.ts';
import { isReasonForAnotherClient, isWorthAnotherTry, TookTooLong } from './errors.ts';

/** What every call is given. `stalled` aborts when the call has used up its time. */
export type Call = {
  readonly client: EventStoreDBClient;
  readonly base: { readonly credentials: KurrentAddress['credentials']; readonly requiresLeader: true };
  readonly stalled: AbortSignal;
  /** Puts the deadline off: something has come. */
  readonly progress: () => void;
};

/** A client that was given up keeps its sockets until they are idle, so it is not done for every call that fails. */
const CLIENT_LIVES_MS = 2_000;
const RETRY_MS = { first: 40, longest: 400 };

/**
 * Calls over one client, which is replaced when it is no longer of use. Every call names credentials: without them
 * client 6 appends over one stream all clients of the process share, and asks first what the server can do, of which
 * it remembers a failure for good. Calls go to the leader: a follower may answer a read with what was.
 */
export const createConnection = ({ connectionString, credentials }: KurrentAddress) => {
  let current: { readonly client: EventStoreDBClient; readonly since: number } | undefined;
  let isClosed = false;
  const absence = createAbsence(isWorthAnotherTry);

  const open = (): EventStoreDBClient => {
    if (isClosed) throw new Error('the event store is closed');
    current ??= {
      client: EventStoreDBClient.connectionString(connectionString),
      since: performance.now(),
    };
    return current.client;
  };

  const giveUp = (client: EventStoreDBClient): void => {
    if (current?.client !== client || performance.now() - current.since < CLIENT_LIVES_MS) return;
    current = undefined;
  };

  /** One attempt, which is over after `ms` without progress, whatever the client waits for. */
  const attempt = async <A>(action: (call: Call) => Promise<A>, ms: number): Promise<A> => {
    const client = open();
    const stalling = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new TookTooLong(`no answer within ${ms} ms`));
      stalling.abort();
    }, ms);
    try {
      const progress = (): void => void timer.refresh();
      const base = { credentials, requiresLeader: true } as const;
      return await Promise.race([action({ client, base, stalled: stalling.signal, progress }), late.promise]);
    } catch (error) {
      if (isReasonForAnotherClient(error)) giveUp(client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  /**
   * Attempts until one succeeds, for at most about `ms` in all, and not for that long where it is known that the server
   * is away. `action` must be safe to repeat.
   */
  const persistently = <A>(action: (call: Call) => Promise<A>, ms: number): Promise<A> =>
    absence.during(() => persist(action, ms));

  const persist = async <A>(action: (call: Call) => Promise<A>, ms: number): Promise<A> => {
    const end = performance.now() + ms;
    for (let failures = 0; ; failures += 1) {
      try {
        return await attempt(action, Math.max(1, failures === 0 ? ms / 2 : end - performance.now()));
      } catch (error) {
        const pause = Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** failures) * (0.5 + Math.random() / 2);
        if (isClosed || !isWorthAnotherTry(error) || performance.now() + pause >= end) throw error;
        await sleep(pause);
      }
    }
  };

  const close = async (): Promise<void> => {
    isClosed = true;
    await current?.client.dispose();
  };

  return { open, credentials, attempt, persistently, close };
};

export type Connection = ReturnType<typeof createConnection>;
