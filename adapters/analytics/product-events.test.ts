import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type PosthogStandIn, startPosthogStandIn } from '../../tests/stand-ins/posthog/server.ts';
import { openProductEvents, type ProductEvent } from './product-events.ts';

const projectKey = 'phc_product_events_0123';

const claimed = (): ProductEvent => ({
  event: 'session claimed',
  uuid: randomUUID(),
  at: '2026-11-20T10:00:00.000Z',
  app: 'mk0r-aaaaaaaaaaaa',
  visitor: 'v-0123456789',
  properties: { source: 'pool' },
});

describe('our own product events', () => {
  let posthog: PosthogStandIn;
  const warned: string[] = [];
  const log = { warn: (_fields: object, message: string) => void warned.push(message) };
  beforeEach(async () => {
    posthog = await startPosthogStandIn({ projectKey });
    warned.length = 0;
  });
  afterEach(() => posthog.close());

  test('wait together, and are all sent when the server stops', async () => {
    const events = openProductEvents({ projectKey, host: posthog.url, log });
    events.record(claimed());
    events.record({ ...claimed(), event: 'turn failed', properties: { code: 'agent_lost', isFirst: true } });
    expect(posthog.taken()).toEqual([]);
    await events.close();
    const taken = posthog.taken();
    expect(taken.map(({ event }) => event)).toEqual([
      '$identify',
      '$groupidentify',
      'session claimed',
      'turn failed',
    ]);
    expect(taken.at(-1)?.properties).toMatchObject({
      $groups: { app: 'mk0r-aaaaaaaaaaaa' },
      $geoip_disable: true,
      code: 'agent_lost',
      isFirst: true,
    });
    expect(warned).toEqual([]);
  });

  test('that two servers tell count once', async () => {
    const fact = claimed();
    for (const _server of ['one', 'another']) {
      const events = openProductEvents({ projectKey, host: posthog.url, log });
      events.record(fact);
      await events.close();
    }
    expect(posthog.taken().filter(({ event }) => event === 'session claimed')).toHaveLength(1);
  });

  test.each([
    ['refuses them', { key: 'phc_wrong_key', host: () => posthog.url }],
    ['is away', { key: projectKey, host: () => 'http://127.0.0.1:1' }],
  ])(
    'keep no server from stopping where PostHog %s, and are one line in our log',
    async (_how, { key, host }) => {
      const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const events = openProductEvents({ projectKey: key, host: host(), log });
      for (let time = 0; time < 50; time += 1) events.record(claimed());
      await events.close();
      expect(posthog.taken()).toEqual([]);
      expect(warned).toEqual(['PostHog does not take product events']);
      expect(printed).not.toHaveBeenCalled();
      printed.mockRestore();
    },
  );
});
