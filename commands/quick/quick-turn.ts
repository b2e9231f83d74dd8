import * as E from 'fp-ts/lib/Either.js';
import type { TurnFact } from '../../domain/session/decide/turns.ts';
import type { StepError } from '../../domain/steps.ts';
import { fromVault } from '../effects/context.ts';
import { PAGE_PATH, type PageCommit } from '../git/objects.ts';
import type { PageRequest } from '../ports/page-writer.ts';
import type { Context } from '../process-managers/context.ts';
import type { Redactor } from '../redact.ts';
import { failure, turnFailed } from '../turns/failure.ts';
import { saidIn, wordsUpTo } from '../turns/prompts.ts';
import { historyOf, type TurnOutcome, type TurnRun, titleOf } from '../turns/run-turn.ts';
import { readSecrets } from '../turns/secrets.ts';
import { findingsText, verified } from '../turns/verdict.ts';
import { checkPage } from './check-page.ts';
import { keptPage, readKeptPage } from './kept-pages.ts';
import { writePage } from './write-page.ts';

/** How often a writer is told what is wrong with its page; afterwards the visitor is. */
const MAX_CORRECTIONS = 1;

const UNREADABLE = failure('prompt_unreadable', 'The message could not be read. Send it again.');
const OUT_OF_TIME = failure(
  'turn_timeout',
  'The page was not finished in five minutes, and is as it was before. Ask for less at once.',
);
const NO_PAGE = failure(
  'page_unusable',
  'What was written is no page that works, so the page is as it was before. Send the message again, or ask for less at once.',
);
const LEAKS = failure(
  'secret_held_back',
  'The page would have shown a secret of this session, so it is as it was before.',
);

/**
 * One attempt of a turn of a quick page: it is written from beginning to end by this server, shown while it comes, checked
 * and kept as a version. Version and end of the turn are one append, after the version is in the vault: a server that is
 * killed leaves the page as it was.
 */
export const runQuickTurn = async (context: Context, run: TurnRun): Promise<TurnOutcome> => {
  const { world, clock, pages } = context;
  const { state, intent, record } = run;
  const { sessionId } = state;
  const { turnId, attemptId } = intent;
  const at = { turnId, attemptId };
  const finish = async (outcome: TurnOutcome, ...facts: readonly TurnFact[]): Promise<TurnOutcome> =>
    (await record(facts)) ? outcome : 'superseded';
  const fail = (error: StepError, ...facts: readonly TurnFact[]) =>
    finish('failed', ...facts, turnFailed(turnId, error));
  const cancel = (...facts: readonly TurnFact[]) =>
    finish('cancelled', ...facts, { type: 'TurnCancelled', data: { turnId } });

  const said = saidIn(await historyOf(context, sessionId));
  const prompt = said.asked.find((asked) => asked.turnId === turnId)?.prompt;
  if (prompt === undefined) return fail(UNREADABLE);
  const known = await readSecrets(context, state);
  if (E.isLeft(known)) return fail(known.left);
  if (run.stopAsked()) return cancel();

  const parent = state.history?.at ?? '';
  const before = readKeptPage(known.right.vault, parent)?.content;
  const request: PageRequest = {
    slug: state.slug,
    model: state.model,
    prompt,
    earlier: wordsUpTo(said, parent),
    ...(before === undefined ? {} : { page: before }),
  };
  const toldBefore = state.turns.find((turn) => turn.turnId === turnId)?.corrections ?? 0;
  const stream = pages.begin(sessionId);
  const { redact } = known.right;

  /** From the writer's first word to its page as a version; told once what is wrong with it. */
  const work = async (asked: PageRequest, correction: number): Promise<TurnOutcome> => {
    const show = correction === toldBefore ? stream.write : () => undefined;
    const written = await writePage(context, run, { request: asked, redact, show });
    if (written.kind === 'superseded') return 'superseded';
    const { words } = written;
    if (run.stopAsked()) return cancel(...words);
    if (run.signal.aborted) return fail(OUT_OF_TIME, ...words);
    if (written.kind === 'error') return fail(written.error, ...words);
    const finished: TurnFact = { type: 'TurnFinished', data: { ...at, stopReason: 'end_turn' } };
    const content = written.page.trim() === '' ? '' : `${written.page.trim()}\n`;
    if (content === '' || content === before) return finish('finished', ...words, finished);

    const found = checkPage(content);
    const seen = verified(at, [found], redact.whole);
    if (found.outcome !== 'passed') {
      if (correction >= MAX_CORRECTIONS) return fail(NO_PAGE, ...words, seen);
      const findings = findingsText([found], redact.whole);
      const told: TurnFact = {
        type: 'CorrectionRequested',
        data: { ...at, correction: correction + 1, findings },
      };
      if (!(await record([...words, seen, told]))) return 'superseded';
      return work({ ...request, page: content, findings }, correction + 1);
    }
    if (redact.whole(content) !== content) return fail(LEAKS, ...words);
    const page: PageCommit = { parent, title: titleOf(redact.whole(prompt)), content, at: clock.now() };
    const { sha, values } = keptPage(page);
    const kept = await fromVault(world.vault.put(sessionId, values))();
    if (E.isLeft(kept))
      return fail(failure(kept.left.code, 'The page could not be kept. Send the message again.'), ...words);
    const status = before === undefined ? 'added' : 'modified';
    const changed = [{ path: PAGE_PATH, status }] as const;
    const committed: TurnFact = {
      type: 'TurnCommitted',
      data: { ...at, sha, parent, title: page.title, changed },
    };
    return finish('finished', ...words, committed, seen, finished);
  };

  let outcome: TurnOutcome = 'failed';
  try {
    outcome = await work(request, toldBefore);
    return outcome;
  } finally {
    stream.end(outcome === 'finished' ? 'kept' : 'dropped');
  }
};

export type Shown = {
  readonly request: PageRequest;
  readonly redact: Redactor;
  readonly show: (text: string) => void;
};
