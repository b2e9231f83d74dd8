import * as E from 'fp-ts/lib/Either.js';
import type { SessionEvent, SessionEventOf } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { StepError } from '../../domain/steps.ts';
import { bridgeToken, fromVault, sandboxOf } from '../effects/context.ts';
import { commitTurn } from '../git/commit.ts';
import { rewind } from '../git/rewind.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Context } from '../process-managers/context.ts';
import { createRedactor } from '../redact.ts';
import { createScribe } from './scribe.ts';

export type TurnFact = Extract<SessionEvent, { data: { turnId: string } }>;

export type TurnRun = {
  readonly state: SessionState;
  readonly intent: SessionEventOf<'TurnStarted'>['data'];
  readonly signal: AbortSignal;
  /** Appends facts of this attempt; `false` when another attempt has taken over and this one should stop. */
  readonly record: (facts: readonly TurnFact[]) => Promise<boolean>;
};

export type TurnOutcome = 'finished' | 'cancelled' | 'failed' | 'superseded';

const failure = (code: string, message: string): StepError => ({ code, message, retryable: true });

/** One attempt of a turn: the prompt to the agent, what it says and does into the log, its changes into a commit. */
export const runTurn = async (context: Context, run: TurnRun): Promise<TurnOutcome> => {
  const { state, intent, record } = run;
  const { turnId, attemptId } = intent;
  const fail = async (error: StepError): Promise<TurnOutcome> =>
    (await record([{ type: 'TurnFailed', data: { turnId, error } }])) ? 'failed' : 'superseded';

  const sandbox = await sandboxOf(context.world, state)();
  if (E.isLeft(sandbox))
    return fail(failure(sandbox.left.code, 'The sandbox stopped. Send the message again.'));
  const prompt = await promptOf(context, state.sessionId, turnId);
  if (prompt === undefined)
    return fail(failure('prompt_unreadable', 'The message could not be read. Send it again.'));

  if (intent.attempt > 1) {
    // What the attempt before left half-written would be taken for finished work by the agent.
    const rewound = await rewind(sandbox.right, { sha: state.history?.at ?? '', aside: attemptId })();
    if (E.isLeft(rewound)) return fail(failure(rewound.left.code, rewound.left.message));
  }
  handOverCredential(context, state, sandbox.right);
  const end = await converse(context, run, sandbox.right, prompt);
  if (end.kind === 'superseded') return 'superseded';

  const committed = await commitTurn(sandbox.right, {
    base: state.history?.at ?? '',
    message: titleOf(prompt),
  })();
  const facts: TurnFact[] = [];
  if (E.isRight(committed) && committed.right !== undefined) {
    const { sha, changed } = committed.right;
    const parent = state.history?.at ?? '';
    facts.push({
      type: 'TurnCommitted',
      data: { turnId, attemptId, sha, parent, title: titleOf(prompt), changed },
    });
  }
  const commitError = E.isLeft(committed)
    ? failure('commit_failed', `The changes could not be committed: ${committed.left.message}`)
    : undefined;
  const error = end.kind === 'error' ? end.error : commitError;
  if (end.kind === 'cancelled') facts.push({ type: 'TurnCancelled', data: { turnId } });
  else if (error !== undefined) facts.push({ type: 'TurnFailed', data: { turnId, error } });
  else facts.push({ type: 'TurnFinished', data: { turnId, attemptId, stopReason: end.stopReason } });

  if (!(await record(facts))) return 'superseded';
  return end.kind === 'cancelled' ? 'cancelled' : error === undefined ? 'finished' : 'failed';
};

type End =
  | { readonly kind: 'done'; readonly stopReason: string }
  | { readonly kind: 'cancelled'; readonly stopReason: string }
  | { readonly kind: 'error'; readonly error: StepError; readonly stopReason: string }
  | { readonly kind: 'superseded' };

/** Follows the agent to the end of its answer. */
const converse = async (context: Context, run: TurnRun, sandbox: Sandbox, prompt: string): Promise<End> => {
  const { world, directory, volatile } = context;
  const { state, intent, signal, record } = run;
  const { sessionId } = state;
  const { turnId, attemptId } = intent;
  const values = await fromVault(world.vault.all(sessionId))();
  const redact = createRedactor(E.isRight(values) ? values.right : {});
  const scribe = createScribe({ turnId, attemptId, redact, volatile: (text) => volatile(sessionId, text) });
  const wasStopped = () =>
    directory.session(sessionId)?.turns.find((turn) => turn.turnId === turnId)?.status === 'cancelling';

  const updates = world.agent.prompt(
    sandbox,
    bridgeToken(world, sessionId),
    { agentSessionId: state.sandbox.agentSessionId ?? '', promptId: attemptId, text: prompt },
    signal,
  );
  for await (const update of updates) {
    if (update.type === 'result' || update.type === 'error') {
      const rest = scribe.finish();
      if (rest.length > 0 && !(await record(rest))) return { kind: 'superseded' };
      if (wasStopped()) return { kind: 'cancelled', stopReason: 'cancelled' };
      return update.type === 'result'
        ? { kind: 'done', stopReason: update.stopReason }
        : { kind: 'error', error: failure(update.code, redact.whole(update.message)), stopReason: 'error' };
    }
    const facts = scribe.take(update);
    if (facts.length > 0 && !(await record(facts))) return { kind: 'superseded' };
  }
  return wasStopped()
    ? { kind: 'cancelled', stopReason: 'cancelled' }
    : {
        kind: 'error',
        error: failure('agent_silent', 'The agent stopped without an answer. Send the message again.'),
        stopReason: 'error',
      };
};

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

const promptOf = async (
  { reader }: Context,
  sessionId: string,
  turnId: string,
): Promise<string | undefined> => {
  const events = await reader.session(sessionId)();
  if (E.isLeft(events)) return undefined;
  for (const event of events.right) {
    const fact = event as unknown as SessionEvent;
    if (fact.type === 'TurnSubmitted' && fact.data.turnId === turnId) return fact.data.prompt;
  }
  return undefined;
};

const TITLE_CHARS = 72;

/** The first line of the prompt, as long as git's own convention for a subject. */
const titleOf = (prompt: string): string => {
  const line = prompt.split('\n')[0]?.replace(/\s+/g, ' ').trim() ?? '';
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS - 1)}…` : line;
};
