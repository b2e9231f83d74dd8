import { describe, expect, it, vi } from 'vitest';
import { withRig } from './rig.ts';

describe('a waitlist that mails its owner', () => {
  const rig = withRig();
  const join = (email: unknown) => rig.call('POST', '/signups', { email });

  it('is built from one sentence, and says where the mails go', async () => {
    const told = await rig.tell('A waitlist that stores each signup and mails me');
    expect([...told.tools.values()].every((status) => status === 'completed')).toBe(true);
    expect(told.text).toContain('the mails go to owner@example.com');
    expect(await rig.services.tables()).toEqual(['signups']);
  });

  it('stores a signup once, tells the owner, adds the contact, records the event', async () => {
    expect(await join(' Ada@Example.com ')).toEqual({ status: 201, body: { status: 'joined' } });
    expect(await join('ada@example.com')).toEqual({ status: 200, body: { status: 'already joined' } });
    expect(await rig.call('GET', '/signups')).toEqual({ status: 200, body: { count: 1 } });

    expect(rig.services.inbox()).toMatchObject([
      { to: ['owner@example.com'], subject: 'New signup: ada@example.com' },
    ]);
    expect(rig.services.contacts()).toMatchObject([{ email: 'ada@example.com' }]);
    expect(await rig.services.sql('select email, notified_at is not null as told from signups')).toEqual([
      { email: 'ada@example.com', told: true },
    ]);
    await vi.waitUntil(() => rig.services.events().some(({ event }) => event === 'signed up'), 30_000);
  });

  it.each([['nobody'], [''], [null], ['a@b'], [`${'x'.repeat(300)}@example.com`]])(
    'refuses %j with a sentence',
    async (email) => {
      const { status, body } = await join(email);
      expect(status).toBe(400);
      expect(body).toEqual({ error: expect.any(String) });
    },
  );
});

describe('a waitlist without a mail service', () => {
  const rig = withRig(['RESEND_']);

  it('keeps its signups and says that nobody is mailed', async () => {
    const told = await rig.tell('Waitlist for Nimbus, mail me at grace@example.com');
    expect(told.text).toContain('There is no RESEND_API_KEY');
    expect(await rig.call('POST', '/signups', { email: 'ada@example.com' })).toMatchObject({ status: 201 });
    expect(await rig.services.sql('select email from signups')).toEqual([{ email: 'ada@example.com' }]);
  });
});

describe('an app without a database', () => {
  const rig = withRig(['DATABASE_URL', 'NEON_']);

  it('is written and says what it cannot do; once the database is there, “try again” finishes it', async () => {
    const told = await rig.tell('a to-do list');
    expect(told.tools.get('npm run db:change')).toBe('completed');
    expect(told.text).toContain('There is no DATABASE_URL');
    expect(await rig.call('GET', '/todos')).toMatchObject({ status: 503 });

    await rig.app.setEnv(rig.services.env);
    const again = await rig.tell('try again');
    expect(again.tools.get('npm run db:change')).toBe('completed');
    expect(await rig.call('GET', '/todos')).toEqual({ status: 200, body: [] });
  });
});
