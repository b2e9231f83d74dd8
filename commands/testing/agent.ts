import * as E from 'fp-ts/lib/Either.js';
import type { AgentBridge, AgentUpdate } from '../ports/agent.ts';
import type { Latency } from './providers.ts';
import { type FakeSandboxHost, GIT_CREDENTIAL } from './sandboxes.ts';

/** What the agent does next; `waits` until it is told to stop. */
export type Move =
  | { readonly says: string }
  | { readonly thinks: string }
  | { readonly edits: string }
  | 'waits';

export type ScriptedAgent = AgentBridge & {
  /** What it does with the next prompt, and with all after it. */
  readonly will: (...moves: readonly Move[]) => void;
  readonly prompts: () => readonly string[];
};

type Untold = AgentUpdate extends infer Update
  ? Update extends AgentUpdate
    ? Omit<Update, 'eventId'>
    : never
  : never;

const NOT_REACHED = { code: 'bridge_unreachable', message: 'The sandbox stopped.', retryable: true };

const RESULT = (stopReason: string): Untold => ({ type: 'result', stopReason });

/** An agent that plays a script in the sandbox it is asked in. */
export const createScriptedAgent = (sandboxes: FakeSandboxHost, latency: Latency): ScriptedAgent => {
  let script: readonly Move[] = [{ says: 'Done.' }];
  const prompts: string[] = [];
  const stops = new Map<string, () => void>();

  async function* play(
    sandbox: string,
    promptId: string,
    stopped: Promise<'stopped'>,
  ): AsyncGenerator<Untold, void, undefined> {
    for (const [index, move] of script.entries()) {
      const next = move === 'waits' ? await stopped : await Promise.race([latency(), stopped]);
      if (sandboxes.running(sandbox) === undefined) {
        yield { type: 'error', code: 'bridge_unreachable', message: 'The sandbox stopped.' };
        return;
      }
      if (next === 'stopped') {
        yield RESULT('cancelled');
        return;
      }
      if (move === 'waits') continue;
      if ('says' in move) yield { type: 'message', text: move.says };
      else if ('thinks' in move) yield { type: 'thought', text: move.thinks };
      else {
        const toolCallId = `${promptId}-${index}`;
        yield { type: 'tool_call', toolCallId, kind: 'edit', title: `Edit ${move.edits}`, path: move.edits };
        sandboxes.git(sandbox).touch(move.edits);
        const diff = { path: move.edits, oldText: null, newText: 'export {};\n' };
        yield { type: 'tool_result', toolCallId, status: 'completed', diff };
      }
    }
    yield { type: 'usage', model: 'haiku', inputTokens: 100, outputTokens: 20 };
    yield RESULT('end_turn');
  }

  const prompt: AgentBridge['prompt'] = async function* (sandbox, _token, { promptId, text }, signal) {
    prompts.push(text);
    let eventId = 0;
    const stopped = new Promise<'stopped'>((resolve) => stops.set(sandbox.name, () => resolve('stopped')));
    const aborted = new Promise<'aborted'>((resolve) =>
      signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
    );
    const updates = play(sandbox.name, promptId, stopped);
    for (;;) {
      const next = await Promise.race([updates.next(), aborted]);
      eventId += 1;
      if (next === 'aborted') {
        yield { eventId, type: 'error', code: 'aborted', message: 'Listening was ended.' };
        return;
      }
      if (next.done === true) return;
      yield { eventId, ...next.value };
    }
  };

  const answers =
    <A>(value: A) =>
    async () => {
      await latency();
      return E.right(value);
    };

  return {
    will: (...moves) => {
      script = moves;
    },
    prompts: () => prompts,
    initialize: () => answers({ name: 'scripted', version: '1' }),
    openSession: () => answers({ agentSessionId: 'agent-session' }),
    setModel: () => answers(undefined),
    setGitCredential:
      (sandbox, _token, { password }) =>
      async () => {
        await latency();
        if (sandboxes.running(sandbox.name) === undefined) return E.left(NOT_REACHED);
        sandboxes.files(sandbox.name).set(GIT_CREDENTIAL, password);
        return E.right(undefined);
      },
    cancel: (sandbox) => async () => E.right(stops.get(sandbox.name)?.()),
    prompt,
  };
};
