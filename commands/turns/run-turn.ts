import * as E from 'fp-ts/lib/Either.js';
import type { TurnFact } from '../../domain/session/decide/turns.ts';
import type { SessionEvent, SessionEventOf } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { StepError } from '../../domain/steps.ts';
import { bridgeToken, sandboxOf } from '../effects/context.ts';
import { rewind } from '../git/rewind.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Context } from '../process-managers/context.ts';
import { converse, type End } from './converse.ts';
import { endAnswer } from './end-answer.ts';
import { failure, turnFailed } from './failure.ts';
import { messageIn, PICTURES_UNREADABLE, picturesFor } from './message.ts';
import { saidIn, upgradePrompt, wordsUpTo } from './prompts.ts';
import { recordedOf } from './resume.ts';
import { readSecrets } from './secrets.ts';
import { settle } from './settle.ts';

export type { TurnFact };

export type TurnRun = {
  readonly state: SessionState;
  readonly intent: SessionEventOf<'TurnStarted'>['data'];
  readonly signal: AbortSignal;
  /** Aborts when the visitor has asked to stop. */
  readonly stop: AbortSignal;
  /** Whether they have, as the log says it: a turn may begin after that. */
  readonly stopAsked: () => boolean;
  /** Appends facts of this attempt; `false` when another attempt has taken over and this one should stop. */
  readonly record: (facts: readonly TurnFact[]) => Promise<boolean>;
  /**
   * Whether nobody has taken over; the log is asked where it has not been heard of for a while. What cannot be taken back
   * comes after it: the process may have stood still since the last word.
   */
  readonly isStillOurs: () => Promise<boolean>;
};

export type TurnOutcome = 'finished' | 'cancelled' | 'failed' | 'superseded';

/**
 * One attempt of a turn: the prompt to the agent, what it says and does into the log, its changes into a commit that is
 * checked. Where an attempt before it had come as far as the commit, it goes on from there.
 */
export const runTurn = async (context: Context, run: TurnRun): Promise<TurnOutcome> => {
  const { state, intent, record, isStillOurs } = run;
  const { turnId, attemptId } = intent;
  const fail = async (error: StepError): Promise<TurnOutcome> =>
    (await record([turnFailed(turnId, error)])) ? 'failed' : 'superseded';

  const sandbox = await sandboxOf(context.world, state)();
  if (E.isLeft(sandbox))
    return fail(failure(sandbox.left.code, 'The sandbox stopped. Send the message again.'));
  const events = await historyOf(context, state.sessionId);
  const message = messageIn(events, turnId);
  if (message === undefined)
    return fail(failure('prompt_unreadable', 'The message could not be read. Send it again.'));

  const head = state.history?.at ?? '';
  if (intent.attempt > 1 && intent.resumes !== 'answer') {
    if (!(await isStillOurs())) return 'superseded';
    // Whatever the agent was given before, it is not heard any more.
    await endAnswer(context, state, sandbox.right);
    // What the attempt before left half-written would be taken for finished work by the agent.
    const rewound = await rewind(sandbox.right, { sha: head, aside: attemptId })();
    if (E.isLeft(rewound)) return fail(failure(rewound.left.code, rewound.left.message));
  }
  // Without them nobody could tell what the agent must not repeat.
  const knownNow = () => readSecrets(context, state);
  const known = await knownNow();
  if (E.isLeft(known)) return fail(known.left);
  const work = { sandbox: sandbox.right, title: titleOf(message.prompt), known: known.right, knownNow };
  const listened = { known: known.right, knownNow };
  const commit = state.turns.find((turn) => turn.turnId === turnId)?.commit;
  const base = intent.resumes === undefined ? head : (commit?.base ?? head);
  if (intent.resumes === 'checks') return settle(context, run, { ...work, base, head }, ANSWERED_BEFORE);

  handOverCredential(context, state, sandbox.right);
  const { promptId } = intent;
  const { prompt, attachments } = message;
  // An answer that is gone on with is to what the agent has been shown.
  const pictures = promptId === undefined ? await picturesFor(context, state.sessionId, attachments) : [];
  if (pictures === undefined) return fail(PICTURES_UNREADABLE);
  const end = await converse(
    context,
    run,
    sandbox.right,
    promptId === undefined
      ? { ...listened, promptId: attemptId, text: messageOf(events, turnId, prompt), pictures }
      : { ...listened, promptId, recorded: recordedOf(events, { turnId, promptId }) },
  );
  return settle(context, run, { ...work, base, head }, end);
};

/** The agent's answer stands in the log; only the attempt that heard it knew why it had stopped. */
const ANSWERED_BEFORE: End = { kind: 'done', stopReason: 'end_turn' };

/** Beside the turn, not before it: an agent that pushes needs it a moment later, and nothing waits for it. */
const handOverCredential = ({ world, log }: Context, state: SessionState, sandbox: Sandbox): void => {
  const { repository } = world;
  if (repository === undefined || state.steps.github?.status !== 'done') return;
  void repository
    .credential(state.slug)()
    .then((credential) =>
      E.isRight(credential)
        ? world.agent.setGitCredential(sandbox, bridgeToken(world, state.sessionId), credential.right)()
        : credential,
    )
    .then((result) => {
      if (E.isLeft(result))
        log.warn({ session: state.sessionId, code: result.left.code }, 'no git credential');
    });
};

export const historyOf = async ({ reader }: Context, sessionId: string): Promise<readonly SessionEvent[]> => {
  const events = await reader.session(sessionId)();
  return E.isLeft(events) ? [] : (events.right as unknown as readonly SessionEvent[]);
};

/** A full app is built from all that was asked of the quick page it was. */
const messageOf = (events: readonly SessionEvent[], turnId: string, prompt: string): string => {
  const said = saidIn(events);
  return said.upgrades.has(turnId) && said.basis !== undefined
    ? upgradePrompt(wordsUpTo(said, said.basis))
    : prompt;
};

const TITLE_CHARS = 72;

/** The first line of the prompt, as long as git's own convention for a subject. */
export const titleOf = (prompt: string): string => {
  const line = prompt.split('\n')[0]?.replace(/\s+/g, ' ').trim() ?? '';
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS - 1)}…` : line;
};
