import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { AgentBridge, AgentUpdate } from '../../../commands/ports/agent.ts';
import type { Sandbox } from '../../../commands/ports/sandboxes.ts';
import type { ProviderError } from '../../../commands/ports/services.ts';
import { createScriptedAgent, type Move } from '../../../commands/testing/agent.ts';
import type { TestClock } from '../../../commands/testing/clock.ts';
import { never } from '../../../commands/testing/port-of.ts';
import type { Latency } from '../../../commands/testing/providers.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';
import type { SimulatedSandboxes } from './sandboxes.ts';

const unreachable: ProviderError = {
  code: 'bridge_unreachable',
  message: 'The bridge does not answer.',
  retryable: true,
};
const refused: ProviderError = { code: 'agent_refused', message: 'No such model.', retryable: false };

/** The bridge's own watchdog ends a prompt in which nothing happens for so long. */
const IDLE_MS = 60_000;
const BREAKABLE = ['secrets', 'types', 'http', 'page'] as const;
const FILES = ['src/app.tsx', 'src/habits.tsx', 'server/index.ts'];

type Options = {
  readonly time: TestClock;
  readonly latency: Latency;
  readonly faults: Faults;
  readonly chance: Chance;
  readonly sandboxes: SimulatedSandboxes;
};

/** An agent whose every answer is drawn, and that fails in every way an agent or its bridge can. */
export const createSimulatedAgent = ({ time, latency, faults, chance, sandboxes }: Options): AgentBridge => {
  const scripted = createScriptedAgent(sandboxes.fake, latency);

  const isDown = ({ name }: Sandbox): boolean =>
    sandboxes.fake.running(name) === undefined || sandboxes.isFrozen(name);

  const called =
    <A>(sandbox: Sandbox, call: TaskEither<ProviderError, A>): TaskEither<ProviderError, A> =>
    async () => {
      if (isDown(sandbox) || faults.strikes('agent-fails')) {
        await latency();
        return E.left(unreachable);
      }
      if (faults.strikes('agent-refuses')) return E.left(refused);
      return faults.strikes('agent-hangs') ? never() : call();
    };

  const move = (sandbox: Sandbox): Move => {
    const kind = chance.between(0, 9);
    if (kind < 3) return { edits: chance.pick(FILES) ?? '' };
    if (kind < 4) {
      const what = chance.pick(BREAKABLE) ?? 'types';
      return chance.happens(0.5) ? { breaks: what } : { mends: what };
    }
    if (kind < 6) return { thinks: 'Hm.' };
    // What is in its file an agent may well repeat.
    if (kind < 8) return { says: sandboxes.fake.files(sandbox.name).get('/app/.env') ?? 'No file.' };
    return { says: 'One thing.\n\nAnother.' };
  };

  const script = (sandbox: Sandbox): readonly Move[] => {
    const flood = faults.strikes('agent-floods') ? 40 : 0;
    const moves = Array.from({ length: chance.between(0, 3) + flood }, () => move(sandbox));
    return chance.happens(0.1) ? [...moves, 'waits'] : moves;
  };

  const prompt: AgentBridge['prompt'] = async function* (sandbox, token, options, signal) {
    if (isDown(sandbox) || faults.strikes('bridge-gone')) {
      yield { eventId: 1, type: 'error', code: unreachable.code, message: unreachable.message };
      return;
    }
    scripted.will(...script(sandbox));
    const crashesAfter = faults.strikes('agent-crashes') ? chance.between(0, 3) : Number.POSITIVE_INFINITY;
    const silentAfter = faults.strikes('agent-falls-silent')
      ? chance.between(0, 3)
      : Number.POSITIVE_INFINITY;
    const updates = scripted.prompt(sandbox, token, options, signal)[Symbol.asyncIterator]();
    for (let seen = 0; ; seen += 1) {
      if (seen === crashesAfter) {
        yield { eventId: seen + 1, type: 'error', code: 'agent_exited', message: 'The agent ended.' };
        return;
      }
      const next = await withinIdleLimit(seen >= silentAfter ? aborted(signal) : updates.next());
      if (next === 'idle') {
        yield { eventId: seen + 1, type: 'error', code: 'agent_idle', message: 'The agent fell silent.' };
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  };

  const aborted = (signal: AbortSignal): Promise<IteratorResult<AgentUpdate>> =>
    new Promise((resolve) => {
      const value: AgentUpdate = {
        eventId: 1,
        type: 'error',
        code: 'aborted',
        message: 'Listening was ended.',
      };
      signal.addEventListener('abort', () => resolve({ done: false, value }), { once: true });
    });

  const withinIdleLimit = <A>(update: Promise<A>): Promise<A | 'idle'> =>
    new Promise((resolve) => {
      const cancel = time.after(IDLE_MS, () => resolve('idle'));
      void update.then((value) => {
        cancel();
        resolve(value);
      });
    });

  return {
    initialize: (sandbox, token, signal) => called(sandbox, scripted.initialize(sandbox, token, signal)),
    openSession: (sandbox, token, options, signal) =>
      called(sandbox, scripted.openSession(sandbox, token, options, signal)),
    setModel: (sandbox, token, options, signal) =>
      called(sandbox, scripted.setModel(sandbox, token, options, signal)),
    setGitCredential: (sandbox, token, credential) =>
      called(sandbox, scripted.setGitCredential(sandbox, token, credential)),
    cancel: (sandbox, token, options) => called(sandbox, scripted.cancel(sandbox, token, options)),
    prompt,
  };
};
