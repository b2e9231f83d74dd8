import * as E from 'fp-ts/lib/Either.js';
import type { AgentBridge, AgentPicture, AgentUpdate } from '../ports/agent.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Breakable } from './app.ts';
import type { Latency } from './providers.ts';
import { type FakeSandboxHost, GIT_CREDENTIAL } from './sandboxes.ts';

/** What the agent does next; `waits` until it is told to stop. */
export type Move =
  | { readonly says: string }
  | { readonly thinks: string }
  | { readonly edits: string }
  /** An edit after which this check of the app fails, until it is mended. */
  | { readonly breaks: Breakable }
  | { readonly mends: Breakable }
  /** The end, with an error in its own words. */
  | { readonly fails: string }
  | 'waits';

export type ScriptedAgent = AgentBridge & {
  /** What it does with the next prompt, and with all after it. */
  readonly will: (...moves: readonly Move[]) => void;
  /** What it does with the next prompts, one script each, before it goes on with what it `will`. */
  readonly willFirst: (...scripts: readonly (readonly Move[])[]) => void;
  readonly prompts: () => readonly string[];
  /** Pictures that came with each prompt. */
  readonly pictures: () => readonly (readonly AgentPicture[])[];
};

type Untold = AgentUpdate extends infer Update
  ? Update extends AgentUpdate
    ? Omit<Update, 'eventId'>
    : never
  : never;

type Answer = {
  readonly updates: AgentUpdate[];
  isOver: boolean;
  listeners: number;
  readonly stop: () => void;
  /** Resolves when there is one more, or no more. */
  readonly more: () => Promise<void>;
};

const NOT_REACHED = { code: 'bridge_unreachable', message: 'The sandbox stopped.', retryable: true };

const ENDS: ReadonlySet<string> = new Set(['result', 'error']);
const RESULT = (stopReason: string): Untold => ({ type: 'result', stopReason });

/** An agent that plays a script in the sandbox it is asked in. */
export const createScriptedAgent = (sandboxes: FakeSandboxHost, latency: Latency): ScriptedAgent => {
  let script: readonly Move[] = [{ says: 'Done.' }];
  let first: readonly (readonly Move[])[] = [];
  const prompts: string[] = [];
  const shown: (readonly AgentPicture[])[] = [];
  /** By the life of its sandbox and the prompt's id: who prompts with the same id again reads along. */
  const given = new Map<string, Answer>();
  /** What was begun last in each life. */
  const current = new Map<string, Answer>();

  async function* play(
    sandbox: string,
    promptId: string,
    moves: readonly Move[],
    stopped: Promise<'stopped'>,
  ): AsyncGenerator<Untold, void, undefined> {
    for (const [index, move] of moves.entries()) {
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
      if ('fails' in move) {
        yield { type: 'error', code: 'agent_failed', message: move.fails };
        return;
      }
      if ('says' in move) yield { type: 'message', text: move.says };
      else if ('thinks' in move) yield { type: 'thought', text: move.thinks };
      else {
        const toolCallId = `${promptId}-${index}`;
        const path = 'edits' in move ? move.edits : 'src/broken.tsx';
        yield { type: 'tool_call', toolCallId, kind: 'edit', title: `Edit ${path}`, path };
        if (sandboxes.running(sandbox) === undefined) continue;
        sandboxes.git(sandbox).touch(path);
        if ('breaks' in move) sandboxes.app(sandbox).broken.add(move.breaks);
        if ('mends' in move) sandboxes.app(sandbox).broken.delete(move.mends);
        const diff = { path, oldText: null, newText: 'export {};\n' };
        yield { type: 'tool_result', toolCallId, status: 'completed', diff };
      }
    }
    yield { type: 'usage', model: 'haiku', inputTokens: 100, outputTokens: 20 };
    yield RESULT('end_turn');
  }

  const begin = (sandbox: Sandbox, promptId: string): Answer => {
    const stop = Promise.withResolvers<'stopped'>();
    const [next = script, ...later] = first;
    first = later;
    const updates = play(sandbox.name, promptId, next, stop.promise);
    let pulling: Promise<void> | undefined;
    const pull = async (): Promise<void> => {
      const update = await updates.next();
      if (update.done !== true) answer.updates.push({ eventId: answer.updates.length + 1, ...update.value });
      if (update.done === true || ENDS.has(update.value.type)) answer.isOver = true;
      pulling = undefined;
    };
    const answer: Answer = {
      updates: [],
      isOver: false,
      listeners: 0,
      stop: () => stop.resolve('stopped'),
      more: () => {
        pulling ??= pull();
        return pulling;
      },
    };
    return answer;
  };

  const prompt: AgentBridge['prompt'] = async function* (
    sandbox,
    _token,
    { promptId, text, pictures = [] },
    signal,
  ) {
    const life = sandboxes.lifeOf(sandbox.name);
    const before = given.get(`${life}|${promptId}`);
    const busy = current.get(life);
    if (before === undefined && text === undefined) {
      yield { eventId: 1, type: 'error', code: 'prompt_not_found', message: 'No such prompt.' };
      return;
    }
    if (before === undefined && busy?.isOver === false) {
      yield { eventId: 1, type: 'error', code: 'turn_in_progress', message: 'Another prompt is running.' };
      return;
    }
    if (before === undefined) {
      prompts.push(text ?? '');
      shown.push(pictures);
    }
    const answer = before ?? begin(sandbox, promptId);
    given.set(`${life}|${promptId}`, answer);
    current.set(life, before === undefined ? answer : (busy ?? answer));
    const aborted = new Promise<'aborted'>((resolve) => {
      if (signal.aborted) resolve('aborted');
      signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    answer.listeners += 1;
    try {
      for (let heard = 0; ; heard += 1) {
        while (heard >= answer.updates.length) {
          if (answer.isOver) return;
          if ((await Promise.race([answer.more(), aborted])) === 'aborted') {
            yield { eventId: heard + 1, type: 'error', code: 'aborted', message: 'Listening was ended.' };
            return;
          }
        }
        const update = answer.updates[heard];
        if (update !== undefined) yield update;
      }
    } finally {
      answer.listeners -= 1;
    }
  };

  /** An agent to whom nobody listens obeys all the same. */
  const cancel = async (name: string): Promise<void> => {
    const answer = current.get(sandboxes.lifeOf(name));
    answer?.stop();
    if (answer?.listeners !== 0) return;
    while (!answer.isOver) await answer.more();
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
    willFirst: (...scripts) => {
      first = scripts;
    },
    prompts: () => prompts,
    pictures: () => shown,
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
    cancel: (sandbox) => async () => E.right(await cancel(sandbox.name)),
    prompt,
  };
};
