import * as E from 'fp-ts/lib/Either.js';
import { expect, test } from 'vitest';
import { createTestWorld, factsOf, startTestServer } from '../../commands/testing/world.ts';
import { rightOf } from '../../domain/testing/outcome.ts';
import { createLinks } from './links.ts';
import { settledIn } from './settled.ts';

const ADA = 'uid-ada';

const shared = async () => {
  const world = createTestWorld();
  const server = startTestServer(world, { poolTarget: 0 });
  const { sessionId } = rightOf(
    await world.time.during(server.create({ commandId: 'create', owner: ADA, residentialIp: false })()),
  );
  const { issueLink, redeemLink } = createLinks(
    server.context,
    settledIn({ waitFor: async () => undefined }),
  );
  const issue = (commandId: string) => world.time.during(issueLink({ commandId, sessionId, owner: ADA })());
  const redeem = (command: Parameters<typeof redeemLink>[0]) => world.time.during(redeemLink(command)());
  return { world, sessionId, issue, redeem };
};

test('a link leads one more browser in, with a key of its own, and neither secret nor key is in the log', async () => {
  const { world, sessionId, issue, redeem } = await shared();
  const { secret, expiresAt } = rightOf(await issue('issue'));
  expect(secret).toMatch(/^[\w-]{43}$/);

  const phone = { commandId: 'redeem', sessionId, owner: 'uid-phone', secret };
  const { sessionKey } = rightOf(await redeem(phone));
  expect(sessionKey).toMatch(/^[\w-]{43}$/);

  const facts = [
    ...(await factsOf(world, sessionId, 'LinkIssued')),
    ...(await factsOf(world, sessionId, 'OwnerAdded')),
  ];
  expect(facts).toMatchObject([{ expiresAt }, { owner: 'uid-phone' }]);
  expect(JSON.stringify(facts)).not.toContain(secret);
  expect(JSON.stringify(facts)).not.toContain(sessionKey);
});

test('a browser that has a key already keeps it', async () => {
  const { sessionId, issue, redeem } = await shared();
  const issued = await issue('issue');
  const secret = E.isRight(issued) ? issued.right.secret : '';
  const phone = { commandId: 'redeem', sessionId, owner: 'uid-phone', secret, sessionKey: 'its own' };
  expect(await redeem(phone)).toMatchObject(E.right({ sessionKey: 'its own' }));
});

test('a command whose answer was lost gives the same link, and the same key, again', async () => {
  const { world, sessionId, issue, redeem } = await shared();
  const first = await issue('issue');
  expect(await issue('issue')).toEqual(first);
  const secret = E.isRight(first) ? first.right.secret : '';
  const phone = { commandId: 'redeem', sessionId, owner: 'uid-phone', secret };
  expect(await redeem(phone)).toEqual(await redeem(phone));
  expect(await factsOf(world, sessionId, 'OwnerAdded')).toHaveLength(1);
});

test('a second browser is refused, by name', async () => {
  const { sessionId, issue, redeem } = await shared();
  const issued = await issue('issue');
  const secret = E.isRight(issued) ? issued.right.secret : '';
  await redeem({ commandId: 'redeem', sessionId, owner: 'uid-phone', secret });
  const eve = { commandId: 'again', sessionId, owner: 'uid-eve', secret };
  expect(await redeem(eve)).toMatchObject(E.left({ tag: 'Refused', code: 'link_used' }));
  expect(await redeem({ ...eve, secret: 'guessed' })).toMatchObject(E.left({ code: 'link_invalid' }));
});
