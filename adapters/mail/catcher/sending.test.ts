import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { BIND_HEADER } from '../bind-header.ts';
import { CONTROL_KEY, HELLO, withCatcher } from './testing.ts';

describe('the mail catcher takes mail', () => {
  const rig = withCatcher();

  it('keeps it readable by the account, newest first, a page at a time', async () => {
    for (const subject of ['one', 'two', 'three']) await rig.account.emails.send({ ...HELLO, subject });
    const first = await rig.account.emails.list({ limit: 2 });
    expect(first.data).toMatchObject({
      object: 'list',
      has_more: true,
      data: [{ subject: 'three' }, { subject: 'two' }],
    });
    const second = await rig.account.emails.list({ limit: 2, after: first.data?.data[1]?.id ?? '' });
    expect(second.data).toMatchObject({ has_more: false, data: [{ subject: 'one' }] });
    const back = await rig.account.emails.list({ limit: 1, before: second.data?.data[0]?.id ?? '' });
    expect(back.data).toMatchObject({ has_more: true, data: [{ subject: 'two' }] });
    expect((await rig.account.emails.get(second.data?.data[0]?.id ?? '')).data).toMatchObject({
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
    const { error } = await rig.account.post('/emails', { ...HELLO, ...change });
    expect(error).toMatchObject({ statusCode: 422, name });
    expect(error?.message).toContain(message);
    expect(rig.catcher.inbox({ apiKeyId: 'control' })).toEqual([]);
  });

  it('answers malformed JSON and an over-long body in the same error shape', async () => {
    const post = (body: string) =>
      fetch(`${rig.catcher.url}/emails`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${CONTROL_KEY}`, 'content-type': 'application/json' },
      });
    expect(await (await post('{"to":')).json()).toMatchObject({
      statusCode: 400,
      name: 'validation_error',
    });
    await rig.catcher.close();
    await rig.start({ requestBytes: 1_000 });
    const long = await rig.account.emails.send({ ...HELLO, text: 'x'.repeat(2_000) });
    expect(long.error).toMatchObject({ statusCode: 413, name: 'validation_error' });
  });

  it('sends a batch whole or not at all, and in permissive mode what is good of it', async () => {
    const batch = [HELLO, { ...HELLO, to: 'nobody' }];
    expect((await rig.account.batch.send(batch)).error).toMatchObject({ statusCode: 422 });
    expect(rig.catcher.inbox({ apiKeyId: 'control' })).toHaveLength(0);
    const permissive = await rig.account.batch.send(batch, { batchValidation: 'permissive' });
    expect(permissive.data?.data).toHaveLength(1);
    expect(permissive.data?.errors).toMatchObject([{ index: 1 }]);
    expect(rig.catcher.inbox({ apiKeyId: 'control' })).toHaveLength(1);
  });

  it('refuses an idempotency key while its first request is still on the way, then replays it', async () => {
    const body = JSON.stringify({ ...HELLO, to: ['ann@example.com'] });
    const slow = connect(rig.catcher.port, '127.0.0.1');
    // A server answers "100 Continue" once it has begun to handle the request and waits for the body.
    slow.write(
      `POST /emails HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${CONTROL_KEY}\r\nIdempotency-Key: k1\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    await once(slow, 'data');
    const post = () =>
      rig.account.post<{ id: string }>('/emails', JSON.parse(body), { headers: { 'Idempotency-Key': 'k1' } });
    expect((await post()).error).toMatchObject({ statusCode: 409, name: 'concurrent_idempotent_requests' });
    slow.write(body);
    const [answer] = await once(slow, 'data');
    slow.destroy();
    expect(String(answer)).toContain('200 OK');
    expect(String(answer)).toContain(`"id":"${(await post()).data?.id}"`);
    expect(rig.catcher.inbox({ apiKeyId: 'control' })).toHaveLength(1);
  });

  it('keeps idempotency keys of two sessions apart', async () => {
    const [mine, theirs] = [await rig.sandboxKey(), await rig.sandboxKey()];
    const first = await mine.app.emails.send(HELLO, { idempotencyKey: 'welcome' });
    const second = await theirs.app.emails.send(
      { ...HELLO, subject: 'Other' },
      { idempotencyKey: 'welcome' },
    );
    expect([first.error, second.error]).toEqual([null, null]);
    expect(first.data?.id).not.toBe(second.data?.id);
    const empty = await mine.app.emails.send(HELLO, { idempotencyKey: 'x'.repeat(257) });
    expect(empty.error).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' });
  });

  it('stops a session that sends too much in a day, also with a new key, and keeps only the newest', async () => {
    await rig.catcher.close();
    await rig.start({ mailsPerDay: 3, keptMails: 2 });
    const { app, audienceId, keyId } = await rig.sandboxKey();
    for (const subject of ['one', 'two', 'three']) await app.emails.send({ ...HELLO, subject });
    expect((await app.emails.send(HELLO)).error).toMatchObject({
      statusCode: 429,
      name: 'daily_quota_exceeded',
    });
    await rig.account.apiKeys.remove(keyId);
    const { data } = await rig.account.apiKeys.create(
      { name: 'new', permission: 'sending_access' },
      { headers: { [BIND_HEADER]: audienceId } },
    );
    expect((await rig.clientOf(data?.token ?? '').emails.send(HELLO)).error?.name).toBe(
      'daily_quota_exceeded',
    );
    expect(rig.catcher.inbox({ segmentId: audienceId }).map(({ subject }) => subject)).toEqual([
      'three',
      'two',
    ]);
  });
});
