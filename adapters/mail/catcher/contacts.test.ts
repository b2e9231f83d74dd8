import { describe, expect, it } from 'vitest';
import { HELLO, withCatcher } from './testing.ts';

describe('the mail catcher keeps contacts', () => {
  const rig = withCatcher();

  it('of a session apart from those of every other, under the same address', async () => {
    const [mine, theirs] = [await rig.sandboxKey(), await rig.sandboxKey()];
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
    const { app, audienceId } = await rig.sandboxKey();
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
    expect(rig.catcher.contacts(audienceId)).toEqual([]);
  });

  it('forgets mails, contacts and keys of an audience with the audience', async () => {
    const { app, audienceId } = await rig.sandboxKey();
    await app.emails.send(HELLO);
    await app.contacts.create({ email: 'ann@example.com' });
    expect((await rig.account.segments.remove(audienceId)).data).toMatchObject({
      object: 'segment',
      deleted: true,
    });
    expect(rig.catcher.inbox({ segmentId: audienceId })).toEqual([]);
    expect(rig.catcher.contacts(audienceId)).toEqual([]);
    expect((await app.emails.send(HELLO)).error?.name).toBe('invalid_api_key');
  });

  it('still answers on the audience paths that Resend has deprecated', async () => {
    const made = await rig.account.post<{ id: string; object: string }>('/audiences', { name: 'Old' });
    expect(made.data?.object).toBe('audience');
    expect((await rig.account.segments.get(made.data?.id ?? '')).data?.name).toBe('Old');
  });
});
