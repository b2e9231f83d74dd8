import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Resend } from 'resend';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIND_HEADER } from '../bind-header.ts';
import type { CatcherLimits } from './limits.ts';
import { type MailCatcher, startMailCatcher } from './start.ts';

const controlKey = 're_control_key_of_this_test_run';
const hello = { from: 'app@example.com', to: 'ann@example.com', subject: 'Hello', text: 'Hi Ann' };

describe('the mail catcher', () => {
  let folder: string;
  let catcher: MailCatcher;
  let account: Resend;
  const start = async (limits: Partial<CatcherLimits> = {}): Promise<void> => {
    const logger = pino({ level: 'silent' });
    catcher = await startMailCatcher({ file: join(folder, 'mail.db'), port: 0, logger, controlKey, limits });
    account = new Resend(controlKey, { baseUrl: catcher.url });
  };
  const clientOf = (key: string): Resend => new Resend(key, { baseUrl: catcher.url });
  const sandboxKey = async (): Promise<{ audienceId: string; token: string; keyId: string; app: Resend }> => {
    const audienceId = (await account.segments.create({ name: 'mk0r-aaaaaaaaaaaa Users' })).data?.id ?? '';
    const key = await account.apiKeys.create(
      { name: 'mk0r-aaaaaaaaaaaa', permission: 'sending_access' },
      { headers: { [BIND_HEADER]: audienceId } },
    );
    const token = key.data?.token ?? '';
    return { audienceId, token, keyId: key.data?.id ?? '', app: clientOf(token) };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mk0r-catcher-'));
    await start();
  });
  afterEach(async () => {
    await catcher.close();
    await rm(folder, { recursive: true });
  });

  describe('knows its callers', () => {
    it('refuses a request without a key, and one with an unknown key, as Resend does', async () => {
      const bare = await fetch(`${catcher.url}/emails`);
      expect(bare.status).toBe(401);
      expect(await bare.json()).toMatchObject({ statusCode: 401, name: 'missing_api_key' });
      expect((await clientOf('re_unknown').emails.send(hello)).error).toMatchObject({
        statusCode: 403,
        name: 'invalid_api_key',
      });
    });

    it('shows a token once and keeps only its digest, in files nobody else may read', async () => {
      const { token, keyId } = await sandboxKey();
      const listed = await account.apiKeys.list();
      expect(listed.data?.data.map(({ id }) => id)).toEqual([keyId]);
      expect(JSON.stringify(listed)).not.toContain(token);
      for (const name of await readdir(folder)) {
        expect((await readFile(join(folder, name))).includes(token)).toBe(false);
        expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
      }
    });

    it('lets a sending key that is bound to no audience send, and nothing else', async () => {
      const { data } = await account.apiKeys.create({ name: 'plain', permission: 'sending_access' });
      const plain = clientOf(data?.token ?? '');
      expect((await plain.emails.send(hello)).error).toBeNull();
      expect((await plain.contacts.create({ email: 'ann@example.com' })).error?.name).toBe(
        'restricted_api_key',
      );
    });

    it('never binds a key with full access', async () => {
      const { audienceId } = await sandboxKey();
      const refused = await account.apiKeys.create({ name: 'x' }, { headers: { [BIND_HEADER]: audienceId } });
      expect(refused.error).toMatchObject({ statusCode: 422, name: 'validation_error' });
    });

    it('tells a sandbox key nothing about endpoints and audiences that are not its own', async () => {
      const { app } = await sandboxKey();
      const unknownPath = await app.get('/nothing/here');
      const unknownAudience = await app.contacts.list({ audienceId: 'd3b07384-d113-4ec6-a7e0-000000000000' });
      expect(unknownPath.error).toEqual(unknownAudience.error);
      expect((await account.get('/nothing/here')).error).toMatchObject({
        statusCode: 404,
        name: 'not_found',
      });
    });
  });

  describe('takes mail', () => {
    it('keeps it readable by the account, newest first, a page at a time', async () => {
      for (const subject of ['one', 'two', 'three']) await account.emails.send({ ...hello, subject });
      const first = await account.emails.list({ limit: 2 });
      expect(first.data).toMatchObject({
        object: 'list',
        has_more: true,
        data: [{ subject: 'three' }, { subject: 'two' }],
      });
      const second = await account.emails.list({ limit: 2, after: first.data?.data[1]?.id ?? '' });
      expect(second.data).toMatchObject({ has_more: false, data: [{ subject: 'one' }] });
      const back = await account.emails.list({ limit: 1, before: second.data?.data[0]?.id ?? '' });
      expect(back.data).toMatchObject({ has_more: true, data: [{ subject: 'two' }] });
      expect((await account.emails.get(second.data?.data[0]?.id ?? '')).data).toMatchObject({
        object: 'email',
        subject: 'one',
        text: 'Hi Ann',
        html: null,
        to: ['ann@example.com'],
      });
    });

    it.each([
      ['no recipient', { to: undefined }, 'missing_required_field', 'Missing `to` field.'],
      ['no content', { text: undefined }, 'validation_error', 'Missing `html` or `text` field.'],
      ['a recipient that is no address', { to: 'ann' }, 'validation_error', 'Invalid `to` field.'],
      ['a sender that is no address', { from: 'app' }, 'invalid_from_address', 'Invalid `from` field.'],
      ['a header smuggled into the sender', { from: 'a\nBcc: <b@example.com>' }, 'invalid_from_address', ''],
    ])('refuses %s with 422 and says which field', async (_what, change, name, message) => {
      const { error } = await account.post('/emails', { ...hello, ...change });
      expect(error).toMatchObject({ statusCode: 422, name });
      expect(error?.message).toContain(message);
      expect(catcher.inbox({ apiKeyId: 'control' })).toEqual([]);
    });

    it('answers malformed JSON and an over-long body in the same error shape', async () => {
      const post = (body: string) =>
        fetch(`${catcher.url}/emails`, {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${controlKey}`, 'content-type': 'application/json' },
        });
      expect(await (await post('{"to":')).json()).toMatchObject({
        statusCode: 400,
        name: 'validation_error',
      });
      await catcher.close();
      await start({ requestBytes: 1_000 });
      const long = await account.emails.send({ ...hello, text: 'x'.repeat(2_000) });
      expect(long.error).toMatchObject({ statusCode: 413, name: 'validation_error' });
    });

    it('sends a batch whole or not at all, and in permissive mode what is good of it', async () => {
      const batch = [hello, { ...hello, to: 'nobody' }];
      expect((await account.batch.send(batch)).error).toMatchObject({ statusCode: 422 });
      expect(catcher.inbox({ apiKeyId: 'control' })).toHaveLength(0);
      const permissive = await account.batch.send(batch, { batchValidation: 'permissive' });
      expect(permissive.data?.data).toHaveLength(1);
      expect(permissive.data?.errors).toMatchObject([{ index: 1 }]);
      expect(catcher.inbox({ apiKeyId: 'control' })).toHaveLength(1);
    });

    it('refuses an idempotency key while its first request is still on the way, then replays it', async () => {
      const body = JSON.stringify({ ...hello, to: ['ann@example.com'] });
      const slow = connect(catcher.port, '127.0.0.1');
      // A server answers "100 Continue" once it has begun to handle the request and waits for the body.
      slow.write(
        `POST /emails HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${controlKey}\r\nIdempotency-Key: k1\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
      );
      await once(slow, 'data');
      const post = () =>
        account.post<{ id: string }>('/emails', JSON.parse(body), { headers: { 'Idempotency-Key': 'k1' } });
      expect((await post()).error).toMatchObject({ statusCode: 409, name: 'concurrent_idempotent_requests' });
      slow.write(body);
      const [answer] = await once(slow, 'data');
      slow.destroy();
      expect(String(answer)).toContain('200 OK');
      expect(String(answer)).toContain(`"id":"${(await post()).data?.id}"`);
      expect(catcher.inbox({ apiKeyId: 'control' })).toHaveLength(1);
    });

    it('keeps idempotency keys of two sessions apart', async () => {
      const [mine, theirs] = [await sandboxKey(), await sandboxKey()];
      const first = await mine.app.emails.send(hello, { idempotencyKey: 'welcome' });
      const second = await theirs.app.emails.send(
        { ...hello, subject: 'Other' },
        { idempotencyKey: 'welcome' },
      );
      expect([first.error, second.error]).toEqual([null, null]);
      expect(first.data?.id).not.toBe(second.data?.id);
      const empty = await mine.app.emails.send(hello, { idempotencyKey: 'x'.repeat(257) });
      expect(empty.error).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' });
    });

    it('stops a session that sends too much in a day, also with a new key, and keeps only the newest', async () => {
      await catcher.close();
      await start({ mailsPerDay: 3, keptMails: 2 });
      const { app, audienceId, keyId } = await sandboxKey();
      for (const subject of ['one', 'two', 'three']) await app.emails.send({ ...hello, subject });
      expect((await app.emails.send(hello)).error).toMatchObject({
        statusCode: 429,
        name: 'daily_quota_exceeded',
      });
      await account.apiKeys.remove(keyId);
      const { data } = await account.apiKeys.create(
        { name: 'new', permission: 'sending_access' },
        { headers: { [BIND_HEADER]: audienceId } },
      );
      expect((await clientOf(data?.token ?? '').emails.send(hello)).error?.name).toBe('daily_quota_exceeded');
      expect(catcher.inbox({ segmentId: audienceId }).map(({ subject }) => subject)).toEqual([
        'three',
        'two',
      ]);
    });
  });

  describe('keeps contacts', () => {
    it('of a session apart from those of every other, under the same address', async () => {
      const [mine, theirs] = [await sandboxKey(), await sandboxKey()];
      const email = 'ann@example.com';
      await mine.app.contacts.create({ email, firstName: 'Ann' });
      await theirs.app.contacts.create({ email, firstName: 'Anna', unsubscribed: true });
      expect((await mine.app.contacts.get({ email })).data).toMatchObject({
        first_name: 'Ann',
        unsubscribed: false,
      });
      const id = (await theirs.app.contacts.get({ email })).data?.id ?? '';
      expect((await mine.app.contacts.get(id)).error?.name).toBe('not_found');
      await mine.app.contacts.remove({ email });
      expect((await theirs.app.contacts.list()).data?.data).toHaveLength(1);
    });

    it('once per address, and lets an app change, clear and remove them', async () => {
      const { app, audienceId } = await sandboxKey();
      const first = await app.contacts.create({ audienceId, email: 'ann@example.com', firstName: 'Ann' });
      const again = await app.contacts.create({ audienceId, email: 'ANN@example.com', lastName: 'Lee' });
      expect(again.data?.id).toBe(first.data?.id);
      await app.contacts.update({
        audienceId,
        email: 'ann@example.com',
        firstName: null,
        properties: { plan: 'pro' },
      });
      expect((await app.contacts.get({ audienceId, email: 'ann@example.com' })).data).toMatchObject({
        first_name: null,
        last_name: 'Lee',
        properties: { plan: { type: 'string', value: 'pro' } },
      });
      const segments = await app.contacts.segments.list({ email: 'ann@example.com' });
      expect(segments.data?.data.map(({ id }) => id)).toEqual([audienceId]);
      expect(
        (await app.contacts.segments.add({ email: 'ann@example.com', segmentId: audienceId })).error,
      ).toBeNull();
      expect((await app.contacts.remove({ audienceId, email: 'ann@example.com' })).data?.deleted).toBe(true);
      expect(catcher.contacts(audienceId)).toEqual([]);
    });

    it('forgets mails, contacts and keys of an audience with the audience', async () => {
      const { app, audienceId } = await sandboxKey();
      await app.emails.send(hello);
      await app.contacts.create({ email: 'ann@example.com' });
      expect((await account.segments.remove(audienceId)).data).toMatchObject({
        object: 'segment',
        deleted: true,
      });
      expect(catcher.inbox({ segmentId: audienceId })).toEqual([]);
      expect(catcher.contacts(audienceId)).toEqual([]);
      expect((await app.emails.send(hello)).error?.name).toBe('invalid_api_key');
    });

    it('still answers on the audience paths that Resend has deprecated', async () => {
      const made = await account.post<{ id: string; object: string }>('/audiences', { name: 'Old' });
      expect(made.data?.object).toBe('audience');
      expect((await account.segments.get(made.data?.id ?? '')).data?.name).toBe('Old');
    });
  });

  describe('starts', () => {
    it('again with everything it had answered for', async () => {
      const { token, audienceId } = await sandboxKey();
      await clientOf(token).emails.send(hello);
      await catcher.close();
      await start();
      expect(catcher.segmentNamed('mk0r-aaaaaaaaaaaa Users')).toBe(audienceId);
      expect(catcher.segmentNamed('nobody')).toBeUndefined();
      expect(catcher.inbox({ segmentId: audienceId })).toMatchObject([{ subject: 'Hello' }]);
      expect((await clientOf(token).emails.send(hello)).error).toBeNull();
    });

    it('again after a kill, with every mail it had said yes to', async () => {
      const { token, audienceId } = await sandboxKey();
      await catcher.close();
      const child = spawn(process.execPath, [
        '--input-type=module',
        '--eval',
        `import { pino } from 'pino';
         import { startMailCatcher } from '${new URL('start.ts', import.meta.url).href}';
         const options = { file: process.argv[1], port: 0, controlKey: process.argv[2] };
         const { url } = await startMailCatcher({ ...options, logger: pino({ level: 'silent' }) });
         console.log(url);`,
        join(folder, 'mail.db'),
        controlKey,
      ]);
      const [url] = await once(child.stdout, 'data');
      const sent = await new Resend(token, { baseUrl: String(url).trim() }).emails.send(hello);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await start();
      expect(catcher.inbox({ segmentId: audienceId }).map(({ id }) => id)).toEqual([sent.data?.id]);
    });

    it('not on a port that is taken, and says so', async () => {
      const options = {
        file: join(folder, 'b.db'),
        port: catcher.port,
        logger: pino({ level: 'silent' }),
        controlKey,
      };
      await expect(startMailCatcher(options)).rejects.toThrow(`127.0.0.1:${catcher.port}`);
    });

    it('not on a damaged file, which it names and leaves alone', async () => {
      const file = join(folder, 'damaged.db');
      await writeFile(file, 'this is not a database, but it is somebody’s');
      const options = { file, port: 0, logger: pino({ level: 'silent' }), controlKey };
      await expect(startMailCatcher(options)).rejects.toThrow(file);
      expect(await readFile(file, 'utf8')).toContain('somebody');
    });
  });
});
