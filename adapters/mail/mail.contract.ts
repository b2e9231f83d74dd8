import { isRight } from 'fp-ts/lib/Either.js';
import { Resend } from 'resend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ProviderError,
  Provisioned,
  ProvisionRequest,
  ServiceProvider,
} from '../../commands/ports/services.ts';
import { right } from '../../domain/testing/outcome.ts';

/** A mail service under test, with what it takes to look behind it and to take it away. */
export type MailSubject = {
  readonly provider: ServiceProvider;
  /** Where sandbox keys are used. */
  readonly baseUrl: string;
  readonly fullAccessKey: string;
  /** What keys of ours may do with the contacts of their audience: a catcher lets them, Resend does not. */
  readonly appsKeepContacts: boolean;
  readonly inbox: (
    of: Provisioned,
  ) => readonly { readonly subject: string; readonly to: readonly string[] }[];
  readonly interrupt: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const requestFor = (slug: string): ProvisionRequest => ({
  sessionId: `session-${slug}`,
  slug,
  signal: AbortSignal.timeout(60_000),
});

export const provisioned = (provider: ServiceProvider, slug: string): Promise<Provisioned> =>
  right(provider.provision(requestFor(slug)));

const refusedProvision = async (provider: ServiceProvider, slug: string): Promise<ProviderError> => {
  const result = await provider.provision(requestFor(slug))();
  if (isRight(result)) throw new Error('provisioned, though it should have been refused');
  return result.left;
};

const mailTo = (to: string, subject: string) => ({
  from: 'Habits <habits@example.com>',
  to,
  subject,
  text: 'You kept your streak.',
});

/** What every mail service must do for a session, through the unmodified SDK over a real socket. */
export const mailContract = (name: string, start: () => Promise<MailSubject>): void => {
  describe(`the mail service of a session (${name})`, () => {
    let subject: MailSubject;
    let account: Resend;
    const sandbox = (env: Provisioned['env']): Resend =>
      new Resend(env.RESEND_API_KEY, { baseUrl: subject.baseUrl });

    beforeAll(async () => {
      subject = await start();
      account = new Resend(subject.fullAccessKey, { baseUrl: subject.baseUrl });
    });
    afterAll(() => subject.close());

    it('hands out a key and an audience, and publishes neither the key nor anything secret', async () => {
      const { env, facts, resourceId } = await provisioned(subject.provider, 'aaaaaaaaaaaa');
      expect(env.RESEND_API_KEY).toMatch(/^re_/);
      expect(env.RESEND_AUDIENCE_ID).toBe(resourceId);
      expect(facts.audienceName).toBe('mk0r-aaaaaaaaaaaa Users');
      expect(JSON.stringify(facts)).not.toContain(env.RESEND_API_KEY);
    });

    it('leaves one audience and one key, the newer, when provisioned twice', async () => {
      const first = await provisioned(subject.provider, 'bbbbbbbbbbbb');
      const second = await provisioned(subject.provider, 'bbbbbbbbbbbb');
      expect(second.resourceId).toBe(first.resourceId);
      const segments = await account.segments.list({ limit: 100 });
      const keys = await account.apiKeys.list({ limit: 100 });
      expect(segments.data?.data.filter((one) => one.name === 'mk0r-bbbbbbbbbbbb Users')).toHaveLength(1);
      expect(keys.data?.data.filter((one) => one.name === 'mk0r-bbbbbbbbbbbb')).toHaveLength(1);
      expect((await sandbox(first.env).emails.send(mailTo('a@example.com', 'old key'))).error?.name).toBe(
        'invalid_api_key',
      );
      expect((await sandbox(second.env).emails.send(mailTo('a@example.com', 'new key'))).error).toBeNull();
    });

    it('keeps the oldest of several audiences of the same name', async () => {
      const name = 'mk0r-cccccccccccc Users';
      const oldest = await account.segments.create({ name });
      await account.segments.create({ name });
      await account.apiKeys.create({ name: 'mk0r-cccccccccccc', permission: 'sending_access' });
      const { resourceId } = await provisioned(subject.provider, 'cccccccccccc');
      expect(resourceId).toBe(oldest.data?.id);
      const left = await account.segments.list({ limit: 100 });
      expect(left.data?.data.filter((one) => one.name === name)).toHaveLength(1);
    });

    it('finds its audience again behind a hundred others', async () => {
      const first = await provisioned(subject.provider, 'dddddddddddd');
      for (let n = 0; n < 101; n += 1) await account.segments.create({ name: `other ${n}` });
      expect((await provisioned(subject.provider, 'dddddddddddd')).resourceId).toBe(first.resourceId);
    });

    it('brings what an app sends into the inbox of its session alone', async () => {
      const mine = await provisioned(subject.provider, 'eeeeeeeeeeee');
      const other = await provisioned(subject.provider, 'ffffffffffff');
      const sent = await sandbox(mine.env).emails.send(mailTo('owner@example.com', 'Weekly summary'));
      expect(sent.error).toBeNull();
      expect(subject.inbox(mine)).toMatchObject([{ subject: 'Weekly summary', to: ['owner@example.com'] }]);
      expect(subject.inbox(other)).toEqual([]);
    });

    it('sends once for one idempotency key, and refuses the key for another mail', async () => {
      const session = await provisioned(subject.provider, 'gggggggggggg');
      const app = sandbox(session.env);
      const once = { idempotencyKey: 'welcome/1' };
      const first = await app.emails.send(mailTo('a@example.com', 'Welcome'), once);
      const again = await app.emails.send(mailTo('a@example.com', 'Welcome'), once);
      expect(again.data?.id).toBe(first.data?.id);
      expect(subject.inbox(session)).toHaveLength(1);
      const other = await app.emails.send(mailTo('b@example.com', 'Welcome'), once);
      expect(other.error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' });
    });

    it('lets an app add and list the contacts of its own audience, where the service can', async () => {
      const { env, resourceId: audienceId } = await provisioned(subject.provider, 'hhhhhhhhhhhh');
      const app = sandbox(env);
      const added = await app.contacts.create({ audienceId, email: 'ann@example.com', firstName: 'Ann' });
      if (!subject.appsKeepContacts) return expect(added.error?.name).toBe('restricted_api_key');
      expect(added.error).toBeNull();
      const listed = await app.contacts.list({ audienceId });
      expect(listed.data?.data).toMatchObject([{ email: 'ann@example.com', first_name: 'Ann' }]);
      const second = await app.contacts.create({ segments: [{ id: audienceId }], email: 'bob@example.com' });
      expect(second.error).toBeNull();
      expect((await app.contacts.list({ segmentId: audienceId })).data?.data).toHaveLength(2);
    });

    it('gives an app a key that can do nothing else', async () => {
      const { env } = await provisioned(subject.provider, 'iiiiiiiiiiii');
      const other = await provisioned(subject.provider, 'jjjjjjjjjjjj');
      const app = sandbox(env);
      const refusals = await Promise.all([
        app.apiKeys.create({ name: 'mine' }),
        app.apiKeys.list(),
        app.segments.list(),
        app.segments.remove(other.resourceId),
        app.emails.list(),
        app.domains.list(),
        app.contacts.list({ audienceId: other.resourceId }),
        app.contacts.create({ audienceId: other.resourceId, email: 'eve@example.com' }),
        app.contacts.create({ segments: [{ id: other.resourceId }], email: 'eve@example.com' }),
      ]);
      for (const { error } of refusals)
        expect(error).toMatchObject({ statusCode: 401, name: 'restricted_api_key' });
    });

    it('takes key, audience and their powers back on release, and may be asked twice', async () => {
      const { env, resourceId } = await provisioned(subject.provider, 'kkkkkkkkkkkk');
      const slugs = async () => {
        const listed = await subject.provider.list(AbortSignal.timeout(60_000))();
        return isRight(listed) ? listed.right.map(({ slug }) => slug) : listed.left;
      };
      expect(await slugs()).toContain('kkkkkkkkkkkk');
      expect(isRight(await subject.provider.release(requestFor('kkkkkkkkkkkk'))())).toBe(true);
      expect(isRight(await subject.provider.release(requestFor('kkkkkkkkkkkk'))())).toBe(true);
      expect(await slugs()).not.toContain('kkkkkkkkkkkk');
      expect((await sandbox(env).emails.send(mailTo('a@example.com', 'late'))).error?.statusCode).toBe(403);
      expect((await account.segments.get(resourceId)).error?.name).toBe('not_found');
    });

    it('says it is worth retrying while the service is away, and succeeds once it is back', async () => {
      await subject.interrupt();
      expect(await refusedProvision(subject.provider, 'llllllllllll')).toMatchObject({
        code: 'provider_unreachable',
        retryable: true,
      });
      await subject.resume();
      expect((await provisioned(subject.provider, 'llllllllllll')).env.RESEND_API_KEY).toMatch(/^re_/);
    });

    it('calls a passed deadline a timeout, worth retrying', async () => {
      const request = { ...requestFor('mmmmmmmmmmmm'), signal: AbortSignal.abort() };
      const result = await subject.provider.provision(request)();
      expect(result).toMatchObject({ left: { code: 'provider_timeout', retryable: true } });
    });
  });
};
