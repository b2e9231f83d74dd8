import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import { pino } from 'pino';
import { Resend } from 'resend';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProviderError } from '../../commands/ports/services.ts';
import { whyOrphan } from '../../domain/janitor/janitor.ts';
import { STEP_LIMIT_MS } from '../../domain/steps.ts';
import { given } from '../../domain/testing/given.ts';
import { closeRequested, ready, released } from '../../domain/testing/histories.ts';
import { right } from '../../domain/testing/outcome.ts';
import { startResendStandIn } from '../../tests/stand-ins/resend/server.ts';
import { freePort } from '../listening/free-port.ts';
import { startMailCatcher } from './catcher/start.ts';
import { mailContract, provisioned } from './mail.contract.ts';
import { type ResendProviderOptions, resendProvider } from './resend-provider.ts';

const fullAccessKey = 're_control_key_of_this_test_run';

mailContract('embedded catcher', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mk0r-mail-'));
  const options = {
    file: join(folder, 'mail.db'),
    // Of its own: it comes back to it, and what the system gives for 0 may be a connection's by then.
    port: await freePort(),
    logger: pino({ level: 'silent' }),
    controlKey: fullAccessKey,
  };
  let catcher = await startMailCatcher(options);
  const { url: baseUrl } = catcher;
  return {
    provider: resendProvider({ provider: 'embedded', key: fullAccessKey, baseUrl }),
    baseUrl,
    fullAccessKey,
    appsKeepContacts: true,
    inbox: ({ resourceId }) => catcher.inbox({ segmentId: resourceId }),
    interrupt: () => catcher.close(),
    resume: async () => {
      catcher = await startMailCatcher(options);
    },
    close: async () => {
      await catcher.close();
      await rm(folder, { recursive: true });
    },
  };
});

mailContract('Resend, as its stand-in answers', async () => {
  const resend = await startResendStandIn({ key: fullAccessKey });
  return {
    provider: resendProvider({ provider: 'resend', key: fullAccessKey, baseUrl: resend.url }),
    baseUrl: resend.url,
    fullAccessKey,
    appsKeepContacts: false,
    inbox: ({ facts }) => resend.sentWith(facts.keyId ?? ''),
    interrupt: resend.interrupt,
    resume: resend.resume,
    close: resend.close,
  };
});

const { RESEND_PROVISIONING_KEY: liveKey, RESEND_DOMAIN_ID: domainId } = process.env;
if (process.env.MK0R_CONTRACT_LIVE === '1' && liveKey) {
  // Not the whole contract: that sends mails, and mails cost.
  describe('the mail service of a session at Resend (the service itself)', () => {
    it('is made, adopted, listed and given back', async () => {
      const provider = resendProvider({
        provider: 'resend',
        key: liveKey,
        requestsPerSecond: 2,
        ...(domainId ? { domainId } : {}),
      });
      const slug = randomBytes(6).toString('hex');
      const signal = () => AbortSignal.timeout(60_000);
      const first = await provisioned(provider, slug);
      const second = await provisioned(provider, slug);
      expect(second.resourceId).toBe(first.resourceId);
      expect(second.env.RESEND_API_KEY).not.toBe(first.env.RESEND_API_KEY);
      const listed = () => provider.list(signal())();
      expect(await listed()).toMatchObject({
        right: expect.arrayContaining([expect.objectContaining({ slug })]),
      });
      await provider.release({ sessionId: 's', slug, signal: signal() })();
      expect(JSON.stringify(await listed())).not.toContain(slug);
    });
  });
}

describe('the mail service of a session at Resend', () => {
  const request = (slug: string) => ({
    sessionId: `s-${slug}`,
    slug,
    signal: AbortSignal.timeout(60_000),
  });
  const open = async (options: Partial<ResendProviderOptions> = {}) => {
    const resend = await startResendStandIn({ key: fullAccessKey, domains: ['d-1'] });
    const provider = resendProvider({
      provider: 'resend',
      key: fullAccessKey,
      baseUrl: resend.url,
      ...options,
    });
    return { resend, provider };
  };

  it('mints its key for one verified domain, and hands out an address of it', async () => {
    const { resend, provider } = await open({ domainId: 'd-1', from: 'App <app@mail.example.com>' });
    const { env } = await provisioned(provider, 'aaaaaaaaaaaa');
    expect(env.RESEND_FROM).toBe('App <app@mail.example.com>');
    expect(resend.keys()).toMatchObject([
      { name: 'mk0r-aaaaaaaaaaaa', permission: 'sending_access', domain_id: 'd-1' },
    ]);
    await resend.close();
  });

  it('has one audience and one key, a new one, after the answer that told its token was lost', async () => {
    const { resend, provider } = await open();
    resend.next([{ after: true }], ({ method, path }) => method === 'POST' && path === '/api-keys');
    expect(await provider.provision(request('bbbbbbbbbbbb'))()).toMatchObject({
      left: { code: 'provider_unreachable', retryable: true },
    });
    const { facts } = await provisioned(provider, 'bbbbbbbbbbbb');
    expect(resend.keys().map(({ id }) => id)).toEqual([facts.keyId]);
    expect(resend.made()).toEqual({ segments: 1, keys: 2 });
    await resend.close();
  });

  it('comes back when it is told to after calling too fast, and slows down by itself', async () => {
    const { resend, provider } = await open({ requestsPerSecond: 50 });
    resend.next([
      {
        status: 429,
        headers: { 'retry-after': '2' },
        body: { statusCode: 429, name: 'rate_limit_exceeded' },
      },
    ]);
    expect(await provider.provision(request('cccccccccccc'))()).toMatchObject({
      left: { code: 'rate_limit_exceeded', retryable: true, retryAfterMs: 2_000 },
    });
    await provisioned(provider, 'cccccccccccc');
    const [refused, next] = resend.asked().map(({ at }) => at);
    expect((next ?? 0) - (refused ?? 0)).toBeGreaterThan(1_000);
    await resend.close();
  });

  it('lists both keys of a name, so that the one that came about late can be taken back alone', async () => {
    const { resend, provider } = await open();
    const { facts, resourceId } = await provisioned(provider, 'ffffffffffff');
    const listed = async () =>
      (await right(provider.list(AbortSignal.timeout(60_000)))).map((one) => one.resourceId);
    expect(await listed()).toEqual([resourceId]);
    await fetch(`${resend.url}/api-keys`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${fullAccessKey}`,
        'user-agent': 'late',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: 'mk0r-ffffffffffff', permission: 'sending_access' }),
    });
    const late = resend.keys().find(({ id }) => id !== facts.keyId)?.id ?? '';
    expect((await listed()).toSorted()).toEqual([resourceId, facts.keyId, late].toSorted());
    const signal = AbortSignal.timeout(60_000);
    await right(
      provider.releaseOne?.({ resourceId: late, name: 'mk0r-ffffffffffff', signal }) ?? expect.unreachable(),
    );
    expect(resend.keys().map(({ id }) => id)).toEqual([facts.keyId]);
    expect(await listed()).toEqual([resourceId]);
    await resend.close();
  });

  it('is not there any more once its audience was deleted, and its key is still to be released', async () => {
    const { resend, provider } = await open();
    const { facts, resourceId } = await provisioned(provider, 'gggggggggggg');
    const listed = () => right(provider.list(AbortSignal.timeout(60_000)));
    expect(await listed()).toEqual([{ resourceId, name: 'mk0r-gggggggggggg Users', slug: 'gggggggggggg' }]);
    await new Resend(fullAccessKey, { baseUrl: resend.url }).segments.remove(resourceId);
    const alone = {
      resourceId: facts.keyId ?? '',
      name: 'mk0r-gggggggggggg',
      slug: 'gggggggggggg',
      isCopy: true,
    } as const;
    expect(await listed()).toEqual([alone]);

    const found = { ...alone, service: 'resend', provider: 'resend' } as const;
    expect(whyOrphan(found, given(...ready()).state)).toBeUndefined();
    expect(whyOrphan(found, given(...ready(), closeRequested).state)).toBeUndefined();
    expect(whyOrphan(found, given(...ready(), closeRequested, ...released('resend')).state)).toBe('released');
    expect(whyOrphan(found, undefined)).toBe('no_session');
    await right(provider.release(request('gggggggggggg')));
    expect(resend.keys()).toEqual([]);
    await resend.close();
  });

  it('is not had with a key that may only send, and a person is told which one to look at', async () => {
    const { resend } = await open();
    const { env } = await provisioned(
      resendProvider({ provider: 'resend', key: fullAccessKey, baseUrl: resend.url }),
      'dddddddddddd',
    );
    const key = env.RESEND_API_KEY ?? '';
    const provider = resendProvider({ provider: 'resend', key, baseUrl: resend.url });
    const refused = await provider.provision(request('eeeeeeeeeeee'))();
    expect(refused).toMatchObject({ left: { code: 'restricted_api_key', retryable: false } });
    expect(JSON.stringify(refused)).toMatch(/RESEND_PROVISIONING_KEY/);
    expect(JSON.stringify(refused)).not.toContain(env.RESEND_API_KEY);
    await resend.close();
  });

  it('follows no redirect and reads no answer without end', async () => {
    const { resend, provider } = await open();
    for (const answer of [
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { status: 200, body: { data: [], has_more: false, filler: 'x'.repeat(2 ** 20) } },
    ]) {
      resend.next([answer], ({ path }) => path.startsWith('/segments'));
      expect(await provider.list(AbortSignal.timeout(60_000))()).toMatchObject({
        left: { code: 'provider_misread', retryable: true },
      });
    }
    await resend.close();
  });
});

describe('what another server has changed at Resend since this one listed it', () => {
  const signal = () => AbortSignal.timeout(60_000);
  const request = (slug: string) => ({ sessionId: `s-${slug}`, slug, signal: signal() });
  /** Two servers on one account, each with a memory of its own. */
  const open = async () => {
    const resend = await startResendStandIn({ key: fullAccessKey });
    const server = () =>
      resendProvider({ provider: 'resend', key: fullAccessKey, baseUrl: resend.url, requestsPerSecond: 50 });
    const [mine, other] = [server(), server()];
    const ids = async () => (await right(other.list(signal()))).map(({ resourceId }) => resourceId);
    const namesake = (slug: string) =>
      new Resend(fullAccessKey, { baseUrl: resend.url }).segments.create({ name: `mk0r-${slug} Users` });
    return { resend, mine, other, ids, namesake };
  };

  it('is not adopted where it is gone', async () => {
    const { resend, mine, other, ids } = await open();
    const before = await provisioned(mine, 'aaaaaaaaaaaa');
    await right(mine.list(signal()));
    await right(other.release(request('aaaaaaaaaaaa')));
    const { resourceId, facts } = await provisioned(mine, 'aaaaaaaaaaaa');
    expect(resourceId).not.toBe(before.resourceId);
    expect(await ids()).toEqual([resourceId]);
    expect(resend.keys().map(({ id }) => id)).toEqual([facts.keyId]);
    await resend.close();
  });

  it('makes room for the next of its name', async () => {
    const { resend, mine, other, ids, namesake } = await open();
    const oldest = await provisioned(mine, 'bbbbbbbbbbbb');
    const next = (await namesake('bbbbbbbbbbbb')).data?.id;
    await right(mine.list(signal()));
    await right(
      other.releaseOne?.({
        resourceId: oldest.resourceId,
        name: 'mk0r-bbbbbbbbbbbb Users',
        signal: signal(),
      }) ?? expect.unreachable(),
    );
    expect((await provisioned(mine, 'bbbbbbbbbbbb')).resourceId).toBe(next);
    expect(await ids()).toEqual([next]);
    await resend.close();
  });

  it('is given back although it was not there then', async () => {
    const { resend, mine, other, ids } = await open();
    await right(mine.list(signal()));
    await provisioned(other, 'cccccccccccc');
    await right(mine.release(request('cccccccccccc')));
    expect(await ids()).toEqual([]);
    expect(resend.keys()).toEqual([]);
    await resend.close();
  });

  it('is given back although another one was there then', async () => {
    const { resend, mine, other, ids } = await open();
    await provisioned(other, 'dddddddddddd');
    await right(mine.list(signal()));
    await right(other.release(request('dddddddddddd')));
    await provisioned(other, 'dddddddddddd');
    await right(mine.release(request('dddddddddddd')));
    expect(await ids()).toEqual([]);
    expect(resend.keys()).toEqual([]);
    await resend.close();
  });
});

describe('sessions that share two calls a second at Resend', () => {
  let underWay = 0;
  const { fetch } = globalThis;
  beforeAll(() => {
    vi.stubGlobal('fetch', async (...of: Parameters<typeof fetch>) => {
      underWay += 1;
      return fetch(...of).finally(() => {
        underWay -= 1;
      });
    });
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });

  /** A clock that goes on to whatever is waited for, once everything that was asked is answered. */
  const fastTime = () => {
    let at = 0;
    const sleep = async (ms: number): Promise<void> => {
      do await setImmediate();
      while (underWay > 0);
      at += ms;
    };
    return { now: () => at, sleep };
  };
  const open = async (sessions = 0) => {
    const time = fastTime();
    const resend = await startResendStandIn({ key: fullAccessKey, perSecond: 2, now: time.now, sessions });
    const provider = resendProvider({
      provider: 'resend',
      key: fullAccessKey,
      baseUrl: resend.url,
      requestsPerSecond: 2,
      time,
    });
    type Request = Parameters<typeof provider.provision>[0];
    /** As they come, as many at once as the provider takes; answers how long each has taken. */
    const each = async (
      count: number,
      ask: (request: Request) => TaskEither<ProviderError, unknown>,
    ): Promise<readonly number[]> => {
      const [waiting, took]: [number[], number[]] = [Array.from({ length: count }, (_, n) => n), []];
      const place = async (): Promise<void> => {
        for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
          const [from, signal] = [time.now(), AbortSignal.timeout(60_000)];
          const slug = `leg${String(n).padStart(9, '0')}`;
          await right(ask({ sessionId: 's', slug, signal }));
          took.push(time.now() - from);
        }
      };
      await Promise.all(Array.from({ length: provider.atOnce ?? count }, place));
      return took;
    };
    const legs = (count: number, isFirst: boolean) =>
      each(count, (request) => provider.provision({ ...request, ...(isFirst ? { isFirst } : {}) }));
    const releases = (count: number) => each(count, provider.release);
    return { resend, provider, legs, releases };
  };
  const LIMIT_MS = STEP_LIMIT_MS.resend;

  it('are all served when ten boot together, each within the time of an attempt', async () => {
    const { resend, legs } = await open();
    const took = await legs(10, true);
    expect(took.filter((ms) => ms > LIMIT_MS / 2)).toEqual([]);
    expect(resend.made()).toEqual({ segments: 10, keys: 10 });
    expect(resend.asked().length).toBeLessThan(3 * 10);
    await resend.close();
  });

  it('are served beside a thousand others, new ones without a look at those', async () => {
    const { resend, provider, legs, releases } = await open(1_000);
    expect((await legs(10, true)).filter((ms) => ms > LIMIT_MS / 2)).toEqual([]);
    const paged = () => resend.asked().filter(({ path }) => path.includes('after='));
    expect(paged()).toEqual([]);

    const again = await legs(10, false);
    expect(again.filter((ms) => ms > LIMIT_MS)).toEqual([]);
    // Eleven pages of audiences and of keys, once for all of them.
    expect(paged()).toHaveLength(2 * 10);
    expect(resend.keys()).toHaveLength(10);

    expect(await right(provider.list(AbortSignal.timeout(60_000)))).toHaveLength(1_010);
    const before = paged().length;
    expect((await releases(10)).filter((ms) => ms > LIMIT_MS / 2)).toEqual([]);
    expect(paged()).toHaveLength(before);
    expect(resend.keys()).toEqual([]);

    // Where there is nothing, those that go on together look once more for all of them.
    expect((await releases(10)).filter((ms) => ms > LIMIT_MS)).toEqual([]);
    expect(paged().length - before).toBeLessThanOrEqual(Math.ceil(10 / 4) * 2 * 10);
    expect(await right(provider.list(AbortSignal.timeout(60_000)))).toHaveLength(1_000);
    await resend.close();
  });
});
