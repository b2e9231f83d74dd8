import * as E from 'fp-ts/lib/Either.js';
import type { TurnFact } from '../../domain/session/decide/turns.ts';
import { bridgeToken } from '../effects/context.ts';
import type { AgentPicture, AgentUpdate } from '../ports/agent.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Context } from '../process-managers/context.ts';
import { endAnswer } from './end-answer.ts';
import { type Failure, failure } from './failure.ts';
import { listen } from './listen.ts';
import { leavingOut } from './resume.ts';
import type { TurnRun } from './run-turn.ts';
import { createScribe } from './scribe.ts';
import { followSecrets, type KnownSecrets, type ReadSecrets } from './secrets.ts';

export type End =
  | { readonly kind: 'done'; readonly stopReason: string }
  | { readonly kind: 'cancelled'; readonly stopReason: string }
  | { readonly kind: 'error'; readonly error: Failure; readonly stopReason: string }
  | { readonly kind: 'superseded' };

type Message = {
  readonly promptId: string;
  /** Absent where the agent has been given it before: then its answer is listened to. */
  readonly text?: string;
  readonly pictures?: readonly AgentPicture[];
  /** What is in the log already of its answer. */
  readonly recorded?: readonly TurnFact[];
  readonly known: KnownSecrets;
  readonly knownNow: ReadSecrets;
};

/** Gives the agent one message, or goes on listening to its answer, and follows that to the end. */
export const converse = async (
  context: Context,
  run: TurnRun,
  sandbox: Sandbox,
  message: Message,
): Promise<End> => {
  const { directory, volatile, clock, settings } = context;
  const { state, intent, signal, stopAsked, record } = run;
  const { sessionId } = state;
  const { turnId, attemptId } = intent;
  const { redact, refresh } = followSecrets(context, sessionId, {
    known: message.known,
    read: message.knownNow,
  });
  const scribe = createScribe({
    turnId,
    attemptId,
    redact,
    volatile: (said) => volatile(sessionId, said),
    metered: settings.modelBudget !== undefined,
  });
  const unrecorded = leavingOut(message.recorded ?? []);
  if (stopAsked()) return { kind: 'cancelled', stopReason: 'cancelled' };

  // As it is now: a correction follows a message that may have told it.
  const current = directory.session(sessionId) ?? state;
  if (message.text !== undefined && current.modelTold !== current.model) {
    const refused = await tellModel(context, run, sandbox);
    if (refused !== undefined) return refused;
  }
  if (message.text !== undefined && !(await run.isStillOurs())) return { kind: 'superseded' };
  for await (const update of listen(prompting(context, run, sandbox, message), signal, clock)) {
    const unknown = await refresh();
    if (unknown !== undefined) return { kind: 'error', error: unknown, stopReason: 'error' };
    if (update.type === 'result' || update.type === 'error') {
      const rest = unrecorded(scribe.finish());
      if (rest.length > 0 && !(await record(rest))) return { kind: 'superseded' };
      if (stopAsked()) return { kind: 'cancelled', stopReason: 'cancelled' };
      return update.type === 'result'
        ? { kind: 'done', stopReason: update.stopReason }
        : { kind: 'error', error: said(update, message, redact.whole), stopReason: 'error' };
    }
    const facts = unrecorded(scribe.take(update));
    if (facts.length > 0 && !(await record(facts))) return { kind: 'superseded' };
  }
  return stopAsked()
    ? { kind: 'cancelled', stopReason: 'cancelled' }
    : {
        kind: 'error',
        error: failure('agent_silent', 'The agent stopped without an answer. Send the message again.'),
        stopReason: 'error',
      };
};

/** What the agent, or the bridge before it, says is wrong. */
const said = (
  { code, message }: Extract<AgentUpdate, { type: 'error' }>,
  { pictures = [] }: Message,
  clean: (text: string) => string,
): Failure =>
  code === 'invalid_request' && pictures.length > 0
    ? failure(
        'pictures_not_taken',
        'This app’s sandbox is of an earlier release and takes no pictures. Describe in words what you want.',
      )
    : { ...failure(code, 'The agent ended with an error.'), detail: clean(message) };

/** The bridge's word for an agent that is busy with another prompt. */
const BUSY = 'turn_in_progress';

/**
 * What the agent says to the message. Where it is still at one of an attempt that is over, that one is ended first, unless
 * it is this attempt that is over.
 */
async function* prompting(
  context: Context,
  { state, signal, record }: TurnRun,
  sandbox: Sandbox,
  { promptId, text, pictures = [] }: Message,
): AsyncGenerator<AgentUpdate, void, undefined> {
  const { world } = context;
  const token = bridgeToken(world, state.sessionId);
  const agentSessionId = state.sandbox.agentSessionId ?? '';
  const prompt = {
    agentSessionId,
    promptId,
    ...(text === undefined ? {} : { text }),
    ...(pictures.length === 0 ? {} : { pictures }),
  };
  for (let tries = 1; ; tries += 1) {
    let isBusy = false;
    for await (const update of world.agent.prompt(sandbox, token, prompt, signal)) {
      isBusy = tries === 1 && update.type === 'error' && update.code === BUSY && (await record([]));
      if (!isBusy) yield update;
    }
    if (!isBusy) return;
    await endAnswer(context, state, sandbox);
  }
}

/** Another model was chosen since the agent was told of one. */
export const tellModel = async (
  { world }: Context,
  { state, intent, signal, record }: TurnRun,
  sandbox: Sandbox,
): Promise<End | undefined> => {
  const { turnId, attemptId } = intent;
  const { model } = state;
  const choice = { agentSessionId: state.sandbox.agentSessionId ?? '', model };
  const told = await world.agent.setModel(sandbox, bridgeToken(world, state.sessionId), choice, signal)();
  if (E.isLeft(told)) {
    const message = `The agent could not be told to use ${model}. Choose another model, or send the message again.`;
    return { kind: 'error', error: failure('model_unavailable', message), stopReason: 'error' };
  }
  const changed: TurnFact = { type: 'ModelChanged', data: { turnId, attemptId, model } };
  return (await record([changed])) ? undefined : { kind: 'superseded' };
};
