import { expect, test, vi } from 'vitest';
import { oneAtATime } from '../one-at-a-time.ts';
import type { Awake } from './awake.ts';
import { startRounds } from './rounds.ts';
import { AWAKE_MS } from './settings.ts';
import type { Vm } from './vms.ts';

const NAME = 'mk0r-abcdefghijkl';
const machine = (id: string, state: Vm['state'] = 'running'): Vm => ({
  id,
  name: NAME,
  sessionId: 's',
  state,
  startedAt: new Date(),
  endAt: new Date(Date.now() + AWAKE_MS),
});

/** Rounds of who holds the machine `a`, of an account that lists these: whom they end, and what they say is lost. */
const roundsOf = async (...listed: readonly Vm[]) => {
  const [ended, lost] = [new Set<string>(), new Set<string>()];
  let looks = 0;
  const third = Promise.withResolvers<void>();
  const { stop } = startRounds({
    vms: {
      list: async () => {
        looks += 1;
        if (looks === 3) third.resolve();
        return listed;
      },
      kill: async (id) => void ended.add(id),
      keepAwake: async () => undefined,
      create: () => Promise.reject(new Error('nobody boots')),
      connect: () => Promise.reject(new Error('nobody wakes')),
      pause: async () => undefined,
    },
    inTurn: oneAtATime(),
    up: new Map([[NAME, { id: 'a' } as Awake]]),
    lost: (name) => void lost.add(name),
    logger: { info: vi.fn(), warn: vi.fn() },
    everyMs: 5,
  });
  // What the first found has been acted upon by then.
  await third.promise;
  stop();
  return { ended: [...ended], lost: [...lost] };
};

test('a machine that is listed beside the one in use ends', async () => {
  expect(await roundsOf(machine('a'), machine('b'))).toEqual({ ended: ['b'], lost: [] });
});

test('a machine that has taken the place of the one in use is left alone, and that one is lost', async () => {
  expect(await roundsOf(machine('b'))).toEqual({ ended: [], lost: [NAME] });
});

test('a machine that E2B has paused is lost', async () => {
  expect(await roundsOf(machine('a', 'paused'))).toEqual({ ended: [], lost: [NAME] });
});
