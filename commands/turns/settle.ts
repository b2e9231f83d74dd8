import * as E from 'fp-ts/lib/Either.js';
import { MAX_CORRECTIONS } from '../../domain/session/decide/turns.ts';
import { correctionPromptId } from '../../domain/session/turns.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { Context } from '../process-managers/context.ts';
import { checkApp, type Finding } from './checks.ts';
import { converse, type End } from './converse.ts';
import { type Failure, failure, turnFailed } from './failure.ts';
import { type KeepRequest, keep } from './keep.ts';
import type { TurnFact, TurnOutcome, TurnRun } from './run-turn.ts';
import type { KnownSecrets, ReadSecrets } from './secrets.ts';
import { correctionPrompt, findingsText, notVerified, verdictOf, verified } from './verdict.ts';

export type Work = {
  readonly sandbox: Sandbox;
  readonly title: string;
  readonly known: KnownSecrets;
  /** Read again: the session may have been given more since. */
  readonly knownNow: ReadSecrets;
  /** The commit the turn began at. */
  readonly base: string;
  /** What it has committed already. */
  readonly head: string;
};

/**
 * From the end of the agent's answer to the end of the turn: its changes are committed and checked; what does not hold is
 * told to the agent, at most three times over all attempts of the turn, and then to the visitor. A turn that changed
 * nothing is not checked.
 */
export const settle = async (
  context: Context,
  run: TurnRun,
  { sandbox, title, base, knownNow, ...begun }: Work,
  answered: End,
): Promise<TurnOutcome> => {
  const { state, intent, record } = run;
  const { turnId, attemptId } = intent;
  const at = { turnId, attemptId };
  let { head, known } = begun;
  let corrections = state.turns.find((turn) => turn.turnId === turnId)?.corrections ?? 0;
  let findings: readonly Finding[] = [];
  /** What the agent was told last. */
  let told: string | undefined;
  const { pageCheck } = context.settings;

  const finish = async (outcome: TurnOutcome, ...facts: readonly TurnFact[]): Promise<TurnOutcome> =>
    (await record(facts)) ? outcome : 'superseded';
  const cancel = () => finish('cancelled', { type: 'TurnCancelled', data: { turnId } });
  const fail = (error: Failure, ...facts: readonly TurnFact[]) =>
    finish('failed', ...facts, turnFailed(turnId, error));

  /** Commits what it may; `false` where another attempt has taken over. */
  const keepWhat = async (leaking: KeepRequest['leaking']) => {
    const kept = await keep(sandbox, { base, message: title, vault: known.vault, leaking });
    const { commit } = kept;
    if (commit === undefined || commit.sha === head) return { ...kept, isNew: false };
    head = commit.sha;
    const { sha, changed } = commit;
    const isCurrent = await record([
      { type: 'TurnCommitted', data: { ...at, sha, parent: base, title, changed } },
    ]);
    return isCurrent ? { ...kept, isNew: true } : undefined;
  };

  for (let end = answered; ; ) {
    // Asked of the log before anything is done: a process that stood still wakes up in the middle of another's attempt.
    if (end.kind === 'superseded' || !(await record([]))) return 'superseded';
    const now = await knownNow();
    if (E.isLeft(now)) return end.kind === 'cancelled' ? cancel() : fail(now.left);
    known = now.right;
    const isLast = end.kind !== 'done' || corrections >= MAX_CORRECTIONS;
    const kept = await keepWhat(isLast ? 'leave out' : 'refuse');
    if (kept === undefined) return 'superseded';
    const { isNew, against } = kept;
    if (end.kind === 'cancelled') return cancel();
    if (end.kind === 'error') return fail(end.error);
    const finished: TurnFact = { type: 'TurnFinished', data: { ...at, stopReason: end.stopReason } };
    if (head === base && against.length === 0) return finish('finished', finished);
    // The agent was told and left it as it was: it has nothing to add, and neither have the checks.
    const isAsBefore = against.length === 0 ? !isNew : findingsText(against, known.redact.whole) === told;
    if (told !== undefined && isAsBefore) {
      if (against.length > 0 && (await keepWhat('leave out')) === undefined) return 'superseded';
      return fail(notVerified(findings, corrections));
    }

    const checked = await unlessStopped(run, async () =>
      // What could not be kept is not worth looking at yet.
      against.length > 0 && !isLast
        ? against
        : [...against, ...kept.seen, ...(await checkApp(sandbox, pageCheck))],
    );
    if (checked === 'stopped') return run.stopAsked() ? cancel() : fail(OUT_OF_TIME);
    findings = checked;
    const seen = verified(at, findings, known.redact.whole);
    const verdict = verdictOf(findings);
    if (verdict === 'passed') return finish('finished', seen, finished);
    if (verdict === 'unknown' || isLast) return fail(notVerified(findings, corrections), seen);

    corrections += 1;
    told = findingsText(findings, known.redact.whole);
    const request = { ...at, correction: corrections, findings: told };
    if (!(await record([seen, { type: 'CorrectionRequested', data: request }]))) return 'superseded';
    const again = await knownNow();
    if (E.isLeft(again)) return fail(again.left);
    known = again.right;
    const promptId = correctionPromptId(attemptId, corrections);
    const text = correctionPrompt(told);
    end = await converse(context, run, sandbox, { promptId, text, known, knownNow });
  }
};

const OUT_OF_TIME = failure(
  'aborted',
  'The turn took too long. What was done is committed; look at the preview.',
);

/** A Stop, or the end of the turn's time, is not kept waiting by a check; the sandbox ends those by itself. */
const unlessStopped = <A>({ signal, stop }: TurnRun, work: () => Promise<A>): Promise<A | 'stopped'> =>
  new Promise((resolve, reject) => {
    const stopped = (): void => resolve('stopped');
    for (const each of [signal, stop]) {
      if (each.aborted) return stopped();
      each.addEventListener('abort', stopped, { once: true });
    }
    work().then(resolve, reject);
  });
