import { describe, expect, test } from 'vitest';
import { createTickets } from './tickets.ts';

describe('a ticket', () => {
  test('is good once', () => {
    const tickets = createTickets();
    const { ticket } = tickets.issue({ uid: 'ada', sessionKey: 'key' });
    expect(tickets.redeem(ticket)).toEqual({ uid: 'ada', sessionKey: 'key' });
    expect(tickets.redeem(ticket)).toBeUndefined();
  });

  test('is good for fifteen seconds', () => {
    let now = 0;
    const tickets = createTickets(() => now);
    const [first, second] = [tickets.issue({ uid: 'ada' }), tickets.issue({ uid: 'ada' })];
    expect(first.expiresAt).toBe('1970-01-01T00:00:15.000Z');
    now = 14_999;
    expect(tickets.redeem(first.ticket)).toEqual({ uid: 'ada' });
    now = 15_000;
    expect(tickets.redeem(second.ticket)).toBeUndefined();
  });

  test('cannot be guessed, and a guess costs nobody theirs', () => {
    const tickets = createTickets();
    const { ticket } = tickets.issue({ uid: 'ada' });
    expect(ticket).toMatch(/^[\w-]{32}$/);
    expect(tickets.redeem(`${ticket.slice(0, -1)}!`)).toBeUndefined();
    expect(tickets.redeem(ticket)).toEqual({ uid: 'ada' });
  });
});
