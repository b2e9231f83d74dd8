import { setTimeout as sleep } from 'node:timers/promises';
import { PostHog, type PostHogOptions } from 'posthog-node';
import { ProviderFailure } from '../provider-api/failure.ts';
import { guardedFetch } from '../provider-api/guarded-fetch.ts';
import { isTransient } from '../provider-api/status.ts';

/** What we want to know about our own product: whether a visitor's first sentence becomes an app. */
export type ProductEvent = {
  readonly event: 'session claimed' | 'first turn finished' | 'turn failed';
  /** The fact's own id (a UUID): told twice, by two servers say, it still counts once. */
  readonly uuid: string;
  readonly at: string;
  /** The app id of the session, which is also the group its app's own events carry. */
  readonly app: string;
  /** Stands for the visitor and cannot be traced back to an account. */
  readonly visitor: string;
  /** Never what anybody typed, and nothing of a provider's words. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
};

export type ProductEvents = {
  readonly record: (event: ProductEvent) => void;
  /** Sends what is waiting, for five seconds at most. */
  readonly close: () => Promise<void>;
};

const SERVICE = 'PostHog';
const CALL_MS = 10_000;
const TRIES = 3;
const AGAIN_MS = 3_000;
const SHUTDOWN_MS = 5_000;
/** The last call ends before the SDK gives up on it. */
const LAST_CALL_MS = 4_000;

type Options = {
  readonly projectKey: string;
  readonly host: string;
  readonly log: { readonly warn: (fields: object, message: string) => void };
};

type Call = NonNullable<PostHogOptions['fetch']>;

const taken = (): Response => new Response('{"status":1}', { status: 200 });

/**
 * Sends a batch, a few times if it has to, and says once in our log that PostHog does not take them. To the SDK every
 * batch is taken: it would print each failure to the console, whole answers included, and drop the batch as well.
 */
const sender = (tell: (why: string) => void, closing: AbortSignal): Call => {
  const send = async (
    url: string,
    { method, headers, body }: Parameters<Call>[1],
  ): Promise<'taken' | { readonly why: string; readonly again: boolean }> => {
    const guard = { service: SERVICE, timeoutMs: closing.aborted ? LAST_CALL_MS : CALL_MS };
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    try {
      const { ok, status } = await guardedFetch(guard, url, init);
      return ok ? 'taken' : { why: `http_${status}`, again: isTransient(status) };
    } catch (error) {
      return { why: error instanceof ProviderFailure ? error.error.code : 'failed', again: true };
    }
  };
  return async (url, options) => {
    for (let tried = 1; ; tried += 1) {
      const outcome = await send(url, options);
      if (outcome === 'taken') return taken();
      if (!outcome.again || tried === TRIES || closing.aborted) {
        tell(outcome.why);
        return taken();
      }
      await sleep(AGAIN_MS, undefined, { signal: closing, ref: false }).catch(() => undefined);
    }
  };
};

/** Our own events in the project all apps share, in the background: nobody waits for analytics. */
export const openProductEvents = ({ projectKey, host, log }: Options): ProductEvents => {
  const closing = new AbortController();
  // One line for an outage, not one for every batch.
  let told = false;
  const tell = (why: string): void => {
    if (!told) log.warn({ why }, 'PostHog does not take product events');
    told = true;
  };
  const posthog = new PostHog(projectKey, {
    host,
    // A visitor's address would be this server's.
    disableGeoip: true,
    flushAt: 20,
    flushInterval: 10_000,
    fetchRetryCount: 0,
    fetch: sender(tell, closing.signal),
  });

  return {
    record: ({ event, uuid, at, app, visitor, properties }) => {
      if (event === 'session claimed') {
        posthog.identify({ distinctId: visitor, properties: { visitor: true } });
        posthog.groupIdentify({ groupType: 'app', groupKey: app, properties, distinctId: visitor });
      }
      posthog.capture({
        event,
        uuid,
        timestamp: new Date(at),
        distinctId: visitor,
        groups: { app },
        properties,
      });
    },
    close: () => {
      closing.abort();
      return posthog.shutdown(SHUTDOWN_MS);
    },
  };
};
