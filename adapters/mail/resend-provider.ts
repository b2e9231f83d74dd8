import { tryCatch } from 'fp-ts/lib/TaskEither.js';
import type {
  ListedResource,
  Provisioned,
  ProvisionRequest,
  ServiceProvider,
} from '../../commands/ports/services.ts';
import { resourceName } from '../../domain/services.ts';
import type { Named } from './remembered-list.ts';
import { type ResendAccount, resendAccount } from './resend-account.ts';
import { toProviderError } from './resend-errors.ts';
import { type Timing, throttle, unthrottled } from './throttle.ts';

export type ResendProviderOptions = {
  /** Published as the provider's name: `embedded` for the catcher, `resend` for the cloud. */
  readonly provider: 'embedded' | 'resend';
  /** A full-access key: the catcher's control key, or `RESEND_PROVISIONING_KEY`. */
  readonly key: string;
  /** Where we call the API; Resend's own address when left out. */
  readonly baseUrl?: string;
  /** `RESEND_BASE_URL` of the sandbox: where the same API is reached from inside. Left out for Resend itself. */
  readonly sandboxBaseUrl?: string;
  /** `RESEND_FROM`: at Resend, an address of a verified domain. */
  readonly from?: string;
  /** Narrows keys to one verified domain, at Resend. */
  readonly domainId?: string;
  /** Calls per second for the whole process; unlimited when left out. Resend's smallest plan allows 2. */
  readonly requestsPerSecond?: number;
  /** What it waits by between calls; the clock of the machine, unless told. */
  readonly time?: Timing;
};

/** Legs that share a limit of calls one by one all take as long as all of them together; a few share their looks. */
const LEGS_AT_ONCE = 4;

/** What a session's audience is called, at Resend and in the catcher. */
export const audienceName = (slug: string): string => `${resourceName(slug)} Users`;
const SEGMENT = /^mk0r-([a-z0-9]{12}) Users$/;
const KEY = /^mk0r-([a-z0-9]{12})$/;

/** Names are not unique at Resend; the oldest of a name is kept, so that two racing attempts agree on it. */
const oldestFirst = (all: readonly Named[], name: string): readonly Named[] =>
  all
    .filter((one) => one.name === name)
    .toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id));

/** The mail service of a session: one audience (a segment) and one key, at Resend or at the embedded catcher. */
export const resendProvider = (options: ResendProviderOptions): ServiceProvider => {
  const account = resendAccount(
    options,
    options.requestsPerSecond === undefined ? unthrottled : throttle(options.requestsPerSecond, options.time),
  );
  return {
    service: 'resend',
    provider: options.provider,
    ...(options.requestsPerSecond === undefined ? {} : { atOnce: LEGS_AT_ONCE }),
    provision: (request) =>
      tryCatch(() => provision(account, options, request), toProviderError(request.signal)),
    release: (request) => tryCatch(() => release(account, request), toProviderError(request.signal)),
    releaseOne: ({ resourceId, name, signal }) =>
      tryCatch(async () => {
        const remove = KEY.test(name) ? account.removeKey : account.removeSegment;
        await remove(resourceId, signal);
      }, toProviderError(signal)),
    list: (signal) => tryCatch(() => list(account, signal), toProviderError(signal)),
  };
};

const provision = async (
  account: ResendAccount,
  options: ResendProviderOptions,
  request: ProvisionRequest,
): Promise<Provisioned> => {
  const { slug, signal } = request;
  const name = audienceName(slug);
  const adopted = request.isFirst === true ? undefined : await adopt(account, request);
  const segmentId = adopted ?? (await newAudience(account, name, signal));
  const key = await onlyKey(account, resourceName(slug), segmentId, signal);
  return {
    resourceId: segmentId,
    facts: { audienceId: segmentId, audienceName: name, keyId: key.id },
    env: {
      RESEND_API_KEY: key.token,
      RESEND_AUDIENCE_ID: segmentId,
      ...(options.from === undefined ? {} : { RESEND_FROM: options.from }),
      ...(options.sandboxBaseUrl === undefined ? {} : { RESEND_BASE_URL: options.sandboxBaseUrl }),
    },
  };
};

/**
 * The audience that the log knows, or the oldest that attempts before this one have left behind; the others of the
 * name, which nobody knows of, go. What one of them has asked for and comes about later still is the janitor's. What is
 * kept was asked for itself: another server may have ended it since it was listed.
 */
const adopt = async (
  account: ResendAccount,
  { slug, signal, resourceId }: ProvisionRequest,
): Promise<string | undefined> => {
  const keys = await account.keys.known(signal);
  const all = oldestFirst(await account.segments.known(signal), audienceName(slug));
  // A key's token is shown once: one that is already there was minted by an attempt whose answer got lost.
  for (const lost of oldestFirst(keys, resourceName(slug))) await account.removeKey(lost.id, signal);
  let kept: string | undefined;
  for (const { id } of all.toSorted((a, b) => Number(b.id === resourceId) - Number(a.id === resourceId)))
    if (kept !== undefined) await account.removeSegment(id, signal);
    else if (await account.hasSegment(id, signal)) kept = id;
  return kept;
};

/**
 * A new audience, or the older one that the same request, delivered twice, has made as well: who looks keeps the oldest of
 * the name. Of a listing only the newest are looked at, however long it is.
 */
const newAudience = async (account: ResendAccount, name: string, signal: AbortSignal): Promise<string> => {
  const { id } = await account.createSegment(name, signal);
  const [oldest, ...doubles] = oldestFirst(await account.segments.newest(), name);
  for (const double of doubles) await account.removeSegment(double.id, signal);
  return oldest?.id ?? id;
};

/** A new key, and none of its name that is older. A younger one is a later attempt's, whose word counts. */
const onlyKey = async (account: ResendAccount, name: string, segmentId: string, signal: AbortSignal) => {
  const key = await account.createKey(name, segmentId, signal);
  const all = oldestFirst(await account.keys.newest(), name);
  const mine = all.findIndex(({ id }) => id === key.id);
  for (const { id } of all.slice(0, Math.max(0, mine))) await account.removeKey(id, signal);
  return key;
};

/** Keys first: whatever fails after that, nobody can send in this session's name any more. */
const release = async (account: ResendAccount, { slug, signal }: ProvisionRequest): Promise<void> => {
  await endAll(account.keys, resourceName(slug), (id) => account.removeKey(id, signal), signal);
  await endAll(account.segments, audienceName(slug), (id) => account.removeSegment(id, signal), signal);
};

/**
 * Ends all of a name. What was remembered is believed where it names something that is there: where it names nothing, or
 * only what another server has ended, that one may have made what is to end now.
 */
const endAll = async (
  list: ResendAccount['keys' | 'segments'],
  name: string,
  end: (id: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> => {
  const endKnown = async (): Promise<'ended' | 'gone before'> => {
    const known = await list.known(signal, (all) => all.some((one) => one.name === name));
    const all = oldestFirst(known, name);
    const wereThere: boolean[] = [];
    for (const { id } of all) wereThere.push(await end(id));
    return all.length === 0 || wereThere.includes(true) ? 'ended' : 'gone before';
  };
  if ((await endKnown()) === 'gone before') await endKnown();
};

/**
 * Every audience of ours, every key whose audience is gone, and the keys of a name that has several. A key alone is
 * something to be released, and no sign that its session has mail: an app without its audience has lost its contacts.
 */
const list = async (account: ResendAccount, signal: AbortSignal): Promise<readonly ListedResource[]> => {
  const [segments, keys] = await Promise.all([account.segments.fresh(signal), account.keys.fresh(signal)]);
  const audiences = ours(segments, SEGMENT);
  const slugs = new Set(audiences.map(({ slug }) => slug));
  const ofSlug = Map.groupBy(ours(keys, KEY), ({ slug }) => slug);
  return [
    ...audiences,
    ...[...ofSlug].flatMap(([slug, [first, ...others]]): readonly ListedResource[] => {
      if (first === undefined) return [];
      if (others.length > 0) return [first, ...others];
      return slugs.has(slug) ? [] : [{ ...first, isCopy: true }];
    }),
  ];
};

const ours = (all: readonly Named[], pattern: RegExp): readonly ListedResource[] =>
  all.flatMap(({ id, name }) => {
    const slug = pattern.exec(name)?.[1];
    return slug === undefined ? [] : [{ resourceId: id, name, slug }];
  });
