import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIND_HEADER } from '../bind-header.ts';
import { HELLO, withCatcher } from './testing.ts';

describe('the mail catcher knows its callers', () => {
  const rig = withCatcher();

  it('refuses a request without a key, and one with an unknown key, as Resend does', async () => {
    const bare = await fetch(`${rig.catcher.url}/emails`);
    expect(bare.status).toBe(401);
    expect(await bare.json()).toMatchObject({ statusCode: 401, name: 'missing_api_key' });
    expect((await rig.clientOf('re_unknown').emails.send(HELLO)).error).toMatchObject({
      statusCode: 403,
      name: 'invalid_api_key',
    });
  });

  it('shows a token once and keeps only its digest, in files nobody else may read', async () => {
    const { token, keyId } = await rig.sandboxKey();
    const listed = await rig.account.apiKeys.list();
    expect(listed.data?.data.map(({ id }) => id)).toEqual([keyId]);
    expect(JSON.stringify(listed)).not.toContain(token);
    for (const name of await readdir(rig.folder)) {
      expect((await readFile(join(rig.folder, name))).includes(token)).toBe(false);
      expect((await stat(join(rig.folder, name))).mode & 0o077).toBe(0);
    }
  });

  it('lets a sending key that is bound to no audience send, and nothing else', async () => {
    const { data } = await rig.account.apiKeys.create({ name: 'plain', permission: 'sending_access' });
    const plain = rig.clientOf(data?.token ?? '');
    expect((await plain.emails.send(HELLO)).error).toBeNull();
    expect((await plain.contacts.create({ email: 'ann@example.com' })).error?.name).toBe(
      'restricted_api_key',
    );
  });

  it('never binds a key with full access', async () => {
    const { audienceId } = await rig.sandboxKey();
    const refused = await rig.account.apiKeys.create(
      { name: 'x' },
      { headers: { [BIND_HEADER]: audienceId } },
    );
    expect(refused.error).toMatchObject({ statusCode: 422, name: 'validation_error' });
  });

  it('tells a sandbox key nothing about endpoints and audiences that are not its own', async () => {
    const { app } = await rig.sandboxKey();
    const unknownPath = await app.get('/nothing/here');
    const unknownAudience = await app.contacts.list({ audienceId: 'd3b07384-d113-4ec6-a7e0-000000000000' });
    expect(unknownPath.error).toEqual(unknownAudience.error);
    expect((await rig.account.get('/nothing/here')).error).toMatchObject({
      statusCode: 404,
      name: 'not_found',
    });
  });
});
