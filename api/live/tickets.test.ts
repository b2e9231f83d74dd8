import { describe, expect, test } from 'vitest';
import { createTickets } from './tickets.ts';

describe('a ticket', () => {
  test('is good once', () => {
    const tickets = createTickets('a key');
    const { ticket } = tickets.issue({ uid: 'ada', sessionKey: 'key' });
    expect(tickets.redeem(ticket)).toEqual({ uid: 'ada', sessionKey: 'key' });
    expect(tickets.redeem(ticket)).toBeUndefined();
  });

  test('is good for fifteen seconds', () => {
    let now = 0;
    const tickets = createTickets('a key', () => now);
    const [first, second] = [tickets.issue({ uid: 'ada' }), tickets.issue({ uid: 'ada' })];
    expect(first.expiresAt).toBe('1970-01-01T00:00:15.000Z');
    now = 14_999;
    expect(tickets.redeem(first.ticket)).toEqual({ uid: 'ada' });
    now = 15_000;
    expect(tickets.redeem(second.ticket)).toBeUndefined();
  });

  test('cannot be guessed, and a guess costs nobody theirs', () => {
    const tickets = createTickets('a key');
    const { ticket } = tickets.issue({ uid: 'ada' });
    expect(ticket).not.toContain(Buffer.from('ada').toString('base64url'));
    expect(tickets.redeem(`${ticket.slice(0, -1)}!`)).toBeUndefined();
    expect(tickets.redeem(ticket)).toEqual({ uid: 'ada' });
  });

  test('issued by one process is good at another that has the same key, and at no other', () => {
    const { ticket } = createTickets('a key').issue({ uid: 'ada', sessionKey: 'key' });
    expect(createTickets('another key').redeem(ticket)).toBeUndefined();
    expect(createTickets('a key').redeem(ticket)).toEqual({ uid: 'ada', sessionKey: 'key' });
  });

  test('does not show the session key it carries, and is not good in another spelling', () => {
    const tickets = createTickets('a key');
    const { ticket } = tickets.issue({ uid: 'ada', sessionKey: 'the-session-key' });
    expect(Buffer.from(ticket, 'base64url').toString('latin1')).not.toContain('the-session-key');
    expect(tickets.redeem(ticket)).toBeDefined();
    for (const spelling of [`${ticket}=`, `${ticket} `, `.${ticket}`])
      expect(tickets.redeem(spelling)).toBeUndefined();
  });
});
