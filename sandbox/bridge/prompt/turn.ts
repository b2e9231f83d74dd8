import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import { methods, type SessionUpdate, type Usage } from '@agentclientprotocol/sdk/unstable';
import { agentProblem } from '../agent/errors.ts';
import type { AgentProcess } from '../agent/process.ts';
import type { Session } from '../agent/sessions.ts';
import { Problem } from '../http/problem.ts';
import type { FrameBody } from './frame.ts';
import { contentOf, type Message } from './message.ts';
import { createOpenTools } from './open-tools.ts';
import { createOutbox } from './outbox.ts';
import { createReaders } from './readers.ts';
import { createReplayBuffer, type ReplayBuffer } from './replay-buffer.ts';
import { createTranslator } from './translate.ts';

export type TurnLimits = {
  /** No update for this long and the agent is taken to hang. */
  readonly idleMs: number;
  /** The same while a tool runs. */
  readonly toolIdleMs: number;
  /** No client for this long and nobody is waiting for the answer any more. */
  readonly detachedMs: number;
};

export type TurnContext = TurnLimits & {
  readonly appDir: string;
  readonly attach: (session: Session) => Promise<AgentProcess>;
  readonly replace: (agent: AgentProcess) => void;
  readonly shown: (path: string) => string;
};

/** One prompt, from its first frame to its last; it goes on while clients come and go. */
export type Turn = {
  readonly promptId: string;
  readonly sessionId: string;
  readonly buffer: ReplayBuffer;
  readonly onUpdate: (update: SessionUpdate) => void;
  readonly isCancelling: () => boolean;
  readonly hasEnded: () => boolean;
  /** Resolves when the prompt has ended, which an agent that ignores the request cannot put off for long. */
  readonly cancel: () => Promise<void>;
  /** Counts a client in; call what it answers to count it out. */
  readonly join: () => () => void;
  /** Resolves at the next frame, or when `signal` aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
};

type CancelReason = 'requested' | 'detached' | 'idle';

/** How long an agent may take to obey `session/cancel`; Claude Code answers in 12 ms. */
const CANCEL_GRACE_MS = 1_000;

const lastFrame = (reason: CancelReason, idleMs: number): FrameBody =>
  reason === 'idle'
    ? {
        type: 'error',
        code: 'agent_idle',
        message: `The agent said nothing for ${idleMs} ms and was stopped.`,
      }
    : { type: 'result', stopReason: 'cancelled' };

const usageOf = ({ inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens }: Usage) => ({
  inputTokens,
  outputTokens,
  ...(cachedReadTokens == null ? {} : { cacheReadTokens: cachedReadTokens }),
  ...(cachedWriteTokens == null ? {} : { cacheWriteTokens: cachedWriteTokens }),
});

export const startTurn = (
  promptId: string,
  session: Session,
  message: Message,
  context: TurnContext,
): Turn => {
  const buffer = createReplayBuffer();
  const done = Promise.withResolvers<void>();
  let agent: AgentProcess | undefined;
  let reason: CancelReason | undefined;
  let ended = false;

  const emit = (frame: FrameBody): void => {
    buffer.append(frame);
    readers.wake();
  };
  const outbox = createOutbox(emit);
  const translate = createTranslator(outbox, context.shown);
  const readers = createReaders(context.detachedMs, () => void cancel('detached'));

  const finish = (frame: FrameBody): void => {
    if (ended) return;
    clearTimeout(watchdog);
    outbox.flush();
    ended = true;
    emit(reason === undefined ? frame : lastFrame(reason, patience));
    readers.close();
    done.resolve();
  };

  const cancel = async (why: CancelReason): Promise<void> => {
    if (ended) return;
    reason ??= why;
    const sessionId = session.agentSessionId;
    // A connection that is closing fails the prompt itself; there is nobody left to tell.
    agent?.acp.notify(methods.agent.session.cancel, { sessionId }).catch(() => agent?.kill());
    await Promise.race([done.promise, sleep(CANCEL_GRACE_MS)]);
    if (ended) return;
    if (agent !== undefined) context.replace(agent);
    finish(lastFrame(reason, patience));
  };

  const tools = createOpenTools();
  let patience = context.idleMs;
  const bark = (): void => void cancel('idle');
  let watchdog = setTimeout(bark, patience);
  const awake = (): void => {
    const next = tools.isOpen() ? context.toolIdleMs : context.idleMs;
    if (next === patience) watchdog.refresh();
    else {
      clearTimeout(watchdog);
      patience = next;
      watchdog = setTimeout(bark, patience);
    }
  };

  const run = async (): Promise<void> => {
    const attached = await context.attach(session);
    if (ended) return;
    const prompt = await contentOf(message, attached, context.appDir);
    if (ended) return;
    agent = attached;
    awake();
    const response = await attached.acp.request(methods.agent.session.prompt, {
      sessionId: session.agentSessionId,
      prompt,
    });
    // The SDK hands notifications over some microtasks late: the last words may still be on their way.
    await nextTick();
    if (response.usage != null && !ended) {
      outbox.send({ type: 'usage', model: session.model ?? 'unknown', ...usageOf(response.usage) });
    }
    finish({ type: 'result', stopReason: response.stopReason });
  };

  const failure = async (error: unknown): Promise<Problem> =>
    agent?.hasClosed()
      ? new Problem(502, 'agent_crashed', `The agent ended during the prompt (${await agent.closed}).`)
      : agentProblem(error);

  run().catch(async (error: unknown) => {
    const { code, message } = await failure(error);
    await nextTick();
    finish({ type: 'error', code, message });
  });

  return {
    promptId,
    sessionId: session.id,
    buffer,
    onUpdate: (update) => {
      if (ended) return;
      tools.heard(update);
      awake();
      translate(update);
    },
    isCancelling: () => reason !== undefined,
    hasEnded: () => ended,
    cancel: () => cancel('requested'),
    join: readers.join,
    changed: readers.changed,
  };
};
