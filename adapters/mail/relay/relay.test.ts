import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Resend } from 'resend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeriver } from '../../../commands/identifiers.ts';
import { keptValues } from '../../../commands/kept-values.ts';
import { createMailGate } from '../../../commands/mail/gate.ts';
import type { ServiceProvider } from '../../../commands/ports/services.ts';
import { coldSession, visitorOf } from '../../../commands/testing/visits.ts';
import { createTestWorld, factsOf, historyOf } from '../../../commands/testing/world.ts';
import type { MailPolicy } from '../../../domain/session/decide/mail.ts';
import { startResendStandIn } from '../../../tests/stand-ins/resend/server.ts';
import { startMailCatcher } from '../catcher/start.ts';
import { provisioned } from '../mail.contract.ts';
import { resendProvider } from '../resend-provider.ts';
import { startMailRelay } from './relay.ts';
import { relayedMailProvider } from './relayed-provider.ts';
import { sessionMailKey, sessionOfMailKey } from './session-key.ts';

const KEY = 're_control_key_of_this_test_run';
const HELLO = { from: 'App <app@example.com>', to: 'ann@example.com', subject: 'Hello', text: 'Hi Ann' };
const derive = createDeriver(Buffer.from('master key of the tests'));
const AT_ONCE = { latencyMs: 0, appendMs: 0 };

type Service = {
  readonly apiUrl: string;
  readonly accountKey?: string;
  readonly provider: ServiceProvider;
  /** Subjects of all that was sent with the key of that id, or for that audience. */
  readonly subjects: (of: { readonly keyId: string; readonly audienceId: string }) => readonly string[];
  readonly interrupt?: () => Promise<void>;
  readonly resume?: () => Promise<void>;
  readonly close: () => Promise<unknown>;
};

const atResend = async (): Promise<Service> => {
  const resend = await startResendStandIn({ key: KEY });
  return {
    apiUrl: resend.url,
    accountKey: KEY,
    provider: resendProvider({ provider: 'resend', key: KEY, baseUrl: resend.url, from: 'app@example.com' }),
    subjects: ({ keyId }) => resend.sentWith(keyId).map(({ subject }) => subject),
    interrupt: resend.interrupt,
    resume: resend.resume,
    close: resend.close,
  };
};

const inTheCatcher = async (): Promise<Service> => {
  const dir = mkdtempSync(join(tmpdir(), 'mk0r-relay-'));
  const logger = pino({ level: 'silent' });
  const catcher = await startMailCatcher({ port: 0, file: join(dir, 'mail.db'), logger, controlKey: KEY });
  return {
    apiUrl: catcher.url,
    provider: resendProvider({ provider: 'embedded', key: KEY, baseUrl: catcher.url }),
    subjects: ({ audienceId }) => catcher.inbox({ segmentId: audienceId }).map(({ subject }) => subject),
    close: async () => {
      await catcher.close();
      rmSync(dir, { recursive: true });
    },
  };
};

describe.each([
  ['Resend', atResend],
  ['the mail catcher', inTheCatcher],
])('an app’s mail by way of the relay to %s', (_, startService) => {
  let service: Service;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await service.close();
  });

  /** A session with mail, and the SDK as its app has it: unmodified, with what stands in `.env`. */
  const session = async (slug: string, rules: Partial<MailPolicy> = {}) => {
    const world = createTestWorld(AT_ONCE);
    const { server, sessionId } = await coldSession(world);
    const { accountKey, apiUrl } = service;
    const relay = await startMailRelay({
      port: 0,
      apiUrl,
      derive,
      ...(accountKey === undefined ? {} : { accountKey }),
    });
    closing.push(relay.close);
    const provider = relayedMailProvider(service.provider, { derive, relayUrl: relay.url });
    const { env, kept, facts } = await provisioned(
      { ...provider, provision: (request) => provider.provision({ ...request, sessionId }) },
      slug,
    );
    await world.vault.put(sessionId, { ...env, ...keptValues(kept) })();
    const { handlers } = server.context;
    const policy: MailPolicy = { perDay: 5, recipientsPerMail: 3, isReal: false, ...rules };
    relay.open(createMailGate({ handlers, vault: world.vault, clock: world.clock, policy }));
    const app = new Resend(env.RESEND_API_KEY, { baseUrl: env.RESEND_BASE_URL ?? '' });
    const of = { keyId: facts.keyId ?? '', audienceId: env.RESEND_AUDIENCE_ID ?? '' };
    const recorded = async () =>
      (await historyOf(world, sessionId)).map(({ type }) => type).filter((type) => type.startsWith('Mail'));
    return { world, server, sessionId, app, env, kept, of, relay, recorded };
  };

  it('is sent, and recorded by counts and digests with no address in the log to read', async () => {
    const { app, of, recorded, world, sessionId, kept, env } = await session('aaaaaaaaaaaa');
    const { data, error } = await app.emails.send({ ...HELLO, cc: ['Bob <bob@example.com>'] });
    expect(error).toBeNull();
    expect(service.subjects(of)).toEqual(['Hello']);
    expect(await recorded()).toEqual(['MailRequested', 'MailSent']);
    expect(await factsOf(world, sessionId, 'MailRequested')).toMatchObject([{ mails: 1, recipients: 2 }]);
    expect(await factsOf(world, sessionId, 'MailSent')).toMatchObject([{ ids: [data?.id] }]);
    const log = JSON.stringify(await historyOf(world, sessionId));
    for (const word of ['ann@example.com', 'bob@example.com', 'Hello', 'Hi Ann'])
      expect(log).not.toContain(word);
    expect(Object.values(env)).not.toContain(kept?.RESEND_API_KEY);
  });

  it('is sent and counted once for one idempotency key', async () => {
    const { app, of, recorded } = await session('bbbbbbbbbbbb');
    const first = await app.emails.send(HELLO, { idempotencyKey: 'welcome/1' });
    const again = await app.emails.send(HELLO, { idempotencyKey: 'welcome/1' });
    expect(again.data?.id).toBe(first.data?.id);
    expect(service.subjects(of)).toEqual(['Hello']);
    expect(await recorded()).toEqual(['MailRequested', 'MailSent']);
  });

  it('goes in batches, each mail counted, and no further than its day', async () => {
    const { app, of, recorded } = await session('cccccccccccc');
    const batch = ['one', 'two', 'three'].map((subject) => ({ ...HELLO, subject }));
    expect((await app.batch.send(batch)).error).toBeNull();
    expect((await app.batch.send(batch)).error).toMatchObject({
      name: 'daily_quota_exceeded',
      message: expect.stringContaining('5 mails a day'),
    });
    expect((await app.batch.send(batch.slice(0, 2))).error).toBeNull();
    expect(service.subjects(of).toSorted()).toEqual(['one', 'one', 'three', 'two', 'two']);
    expect(await recorded()).toEqual(['MailRequested', 'MailSent', 'MailRequested', 'MailSent']);
  });

  it('goes to a few addresses at a time, however they are written', async () => {
    const { app, of } = await session('dddddddddddd');
    const four = ['a@x.example', 'b@x.example', 'c@x.example'];
    const { error } = await app.emails.send({ ...HELLO, to: four, bcc: 'd@x.example' });
    expect(error).toMatchObject({
      name: 'validation_error',
      message: expect.stringContaining('3 addresses'),
    });
    const hidden = await app.emails.send({
      ...HELLO,
      to: 'a@x.example, b@x.example, c@x.example, d@x.example',
    });
    expect(hidden.error).toMatchObject({ name: 'validation_error' });
    expect(service.subjects(of)).toEqual([]);
  });

  it('reaches nobody until its owner has verified an address, where it is real', async () => {
    const { app, of, server, sessionId } = await session('eeeeeeeeeeee', { isReal: true });
    expect((await app.emails.send(HELLO)).error).toMatchObject({
      name: 'validation_error',
      message: expect.stringContaining('Backend tab'),
    });
    expect((await app.emails.send({ ...HELLO, to: 'delivered@resend.dev' })).error).toBeNull();
    const verified = { verificationId: 'v', addressDigest: 'd' };
    await server.context.handlers.session(
      sessionId,
      () => ({ _tag: 'Right', right: [{ type: 'MailAddressVerified', data: verified }] }),
      { key: 'verified', actor: 'operator' },
    )();
    expect((await app.emails.send(HELLO)).error).toBeNull();
    expect(service.subjects(of)).toHaveLength(2);
  });

  it('knows the contacts of its own audience and nobody else’s', async () => {
    const [mine, theirs] = [await session('ffffffffffff'), await session('gggggggggggg')];
    const audienceId = mine.env.RESEND_AUDIENCE_ID ?? '';
    const email = 'eve@example.com';
    expect((await mine.app.contacts.create({ email, firstName: 'Eve', audienceId })).error).toBeNull();
    expect((await mine.app.contacts.create({ email: 'zoe@example.com' })).error).toBeNull();
    const list = await mine.app.contacts.list({ segmentId: audienceId });
    expect(list.data?.data.map((contact) => contact.email).toSorted()).toEqual([email, 'zoe@example.com']);
    expect((await mine.app.contacts.update({ email, unsubscribed: true })).error).toBeNull();
    expect((await mine.app.contacts.get(email)).data).toMatchObject({ unsubscribed: true });

    expect((await theirs.app.contacts.list()).data?.data).toEqual([]);
    expect((await theirs.app.contacts.get(email)).error).toMatchObject({ name: 'not_found' });
    expect((await theirs.app.contacts.remove({ email })).error).toMatchObject({ name: 'not_found' });
    for (const refused of [
      await theirs.app.contacts.list({ segmentId: audienceId }),
      await theirs.app.contacts.create({ email: 'mallory@example.com', audienceId }),
      await theirs.app.contacts.create({ email: 'mallory@example.com', segments: [{ id: audienceId }] }),
    ])
      expect(refused.error).toMatchObject({ name: 'restricted_api_key' });

    expect((await mine.app.contacts.remove({ email })).error).toBeNull();
    expect((await mine.app.contacts.list()).data?.data.map((contact) => contact.email)).toEqual([
      'zoe@example.com',
    ]);
  });

  it('is two things and no other', async () => {
    const { app } = await session('hhhhhhhhhhhh');
    for (const { error } of [
      await app.apiKeys.list(),
      await app.domains.list(),
      await app.segments.list(),
      await app.emails.list(),
      await app.apiKeys.create({ name: 'mine' }),
    ])
      expect(error?.name).toBe('restricted_api_key');
  });

  it('ends with its session', async () => {
    const { app, server, sessionId } = await session('iiiiiiiiiiii');
    await server.commands.close(visitorOf(sessionId))();
    expect((await app.emails.send(HELLO)).error).toMatchObject({ name: 'invalid_api_key' });
  });

  it('says that its service is away, and records that', async () => {
    const { interrupt, resume } = service;
    if (interrupt === undefined || resume === undefined) return;
    const { app, recorded } = await session('jjjjjjjjjjjj');
    await interrupt();
    expect((await app.emails.send(HELLO)).error).toMatchObject({
      statusCode: 503,
      name: 'application_error',
    });
    await resume();
    expect(await recorded()).toEqual(['MailRequested', 'MailRefused']);
    expect((await app.emails.send(HELLO)).error).toBeNull();
  });
});

describe('the key of a session’s mail', () => {
  const key = sessionMailKey(derive, 'abcdefghij0123456789');

  it('names its session to who can check it, and to nobody else', () => {
    expect(sessionOfMailKey(derive, key)).toBe('abcdefghij0123456789');
    expect(sessionOfMailKey(createDeriver(Buffer.from('another')), key)).toBeUndefined();
  });

  it.each([
    ['of another session', key.replace('abcdefghij', 'abcdefghik')],
    ['cut short', key.slice(0, -1)],
    ['of Resend', 're_9sYq3Zk1_0123456789abcdefghij'],
    ['empty', ''],
  ])('is none %s', (_, forged) => {
    expect(sessionOfMailKey(derive, forged)).toBeUndefined();
  });
});
