import { describe, expect, it } from 'vitest';
import { findSecrets } from './secret-search.ts';

const SECRET = 'hunter2&/hunter2';
const search = (text: string) => findSecrets({ PASSWORD: SECRET }, [{ name: 'a log', text }]);

describe('the search for secrets', () => {
  it.each([
    ['as it is', `password=${SECRET};`],
    ['in a URL', `postgres://me:${encodeURIComponent(SECRET)}@host/db`],
    ['in JSON', JSON.stringify({ password: SECRET })],
    ['in hex', Buffer.from(SECRET).toString('hex')],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['behind a name in base64', Buffer.from(`me:${SECRET}`).toString('base64')],
    ['between others in base64', Buffer.from(`user:${SECRET}\n`).toString('base64')],
    ['in a token', Buffer.from(JSON.stringify({ key: SECRET })).toString('base64url')],
  ])('finds one %s', (_, text) => expect(search(text)).toEqual(['PASSWORD in a log']));

  it('finds one beyond ASCII among bytes', () => {
    const text = Buffer.from('and Zażółć gęślą jaźń it is').toString('latin1');
    expect(findSecrets({ words: 'Zażółć gęślą' }, [{ name: 'a file', text }])).toEqual(['words in a file']);
  });

  it('takes neither a masked value nor a part for one', () => {
    expect(search('hunt••••ter2 hunter2')).toEqual([]);
  });

  it('refuses to search for what any text may hold', () => {
    expect(() => findSecrets({ PIN: '1234' }, [])).toThrow('PIN is too short to search for');
  });
});
