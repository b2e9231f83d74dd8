import { describe, expect, test } from 'vitest';
import { parseKurrentUrl } from './address.ts';

const read = (url: string) => {
  const parsed = parseKurrentUrl(url);
  return parsed._tag === 'Right' ? parsed.right : parsed.left;
};

describe('EVENTSTORE_URL', () => {
  test.each(['kurrentdb', 'kurrent', 'kdb', 'esdb'])('may begin with %s://', (scheme) => {
    expect(read(`${scheme}://admin:changeit@db:2113`)).toEqual({
      connectionString: 'esdb://admin:changeit@db:2113?maxDiscoverAttempts=1&gossipTimeout=1',
      credentials: { username: 'admin', password: 'changeit' },
    });
  });

  test('may name a cluster by DNS, or by its nodes', () => {
    expect(read('kurrentdb+discover://admin:changeit@cluster:2113')).toMatchObject({
      connectionString: expect.stringMatching(/^esdb\+discover:\/\/admin/),
    });
    expect(read('esdb://admin:changeit@a:2113,b:2113,c:2113?nodePreference=leader')).toMatchObject({
      connectionString: expect.stringContaining('a:2113,b:2113,c:2113?nodePreference=leader&'),
    });
  });

  test('keeps what it says of discovery', () => {
    expect(read('esdb://a:2113,b:2113?tls=false&MaxDiscoverAttempts=7')).toMatchObject({
      connectionString: 'esdb://a:2113,b:2113?tls=false&MaxDiscoverAttempts=7&gossipTimeout=1',
    });
  });

  test('names its user and password as URLs do', () => {
    expect(read('esdb://ann%40home:p%3Ass%2Fword@db:2113')).toMatchObject({
      credentials: { username: 'ann@home', password: 'p:ss/word' },
    });
  });

  test.each(['', 'http://db:2113', 'db:2113', 'esdb://'])(
    'is refused when it is %j, and says how to write it',
    (url) => {
      expect(read(url)).toMatch(/esdb:\/\/user:password@host:2113/);
    },
  );

  test('must name a user where the server asks for one', () => {
    expect(read('esdb://db:2113')).toMatch(/must name a user/);
    expect(read('esdb://db:2113?tls=false')).toMatchObject({ credentials: {} });
  });

  test('is refused without its password in the message', () => {
    const refusal = read('esdb://admin:secret-word@db:2113?tlsCAFile=/nowhere/ca.pem');
    expect(refusal).toMatch(/^EVENTSTORE_URL cannot be used: .*certificate/);
    expect(refusal).not.toContain('secret-word');
  });
});
