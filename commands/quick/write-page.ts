import type { TurnFact } from '../../domain/session/decide/turns.ts';
import type { StepError } from '../../domain/steps.ts';
import type { PageUpdate } from '../ports/page-writer.ts';
import type { Context } from '../process-managers/context.ts';
import { failure } from '../turns/failure.ts';
import type { TurnRun } from '../turns/run-turn.ts';
import { createScribe } from '../turns/scribe.ts';
import { MAX_PAGE_BYTES } from './kept-pages.ts';
import type { Shown } from './quick-turn.ts';

/** `words`: what was said and is not in the log yet. */
export type Written =
  | { readonly kind: 'done'; readonly page: string; readonly words: readonly TurnFact[] }
  | { readonly kind: 'error'; readonly error: StepError; readonly words: readonly TurnFact[] }
  | { readonly kind: 'superseded' };

/** How long a writer may take to end once nobody wants to hear more of it. */
const LAST_WORD_MS = 5_000;
/** Characters of a page between two words about how far it is. */
const TOLD_EVERY = 2_000;

const FAILED = failure('writer_failed', 'The page could not be written. Send the message again.');
const SILENT = failure('writer_silent', 'The writer stopped without an answer. Send the message again.');

/** Gives a writer one message, and follows it to the end: what it says into the log, what it writes into the preview. */
export const writePage = async (
  { world, volatile, clock }: Context,
  { state: { sessionId }, intent: { turnId, attemptId }, signal, stop, record }: TurnRun,
  { request, redact, show }: Shown,
): Promise<Written> => {
  const scribe = createScribe({
    turnId,
    attemptId,
    redact,
    volatile: (said) => volatile(sessionId, said),
  });
  const ending = AbortSignal.any([signal, stop]);
  const overdue = new Promise<'overdue'>((resolve) => {
    const wait = (): void => void clock.after(LAST_WORD_MS, () => resolve('overdue'));
    if (ending.aborted) wait();
    else ending.addEventListener('abort', wait, { once: true });
  });
  let page = '';
  let told = 0;
  const words = (): readonly TurnFact[] => scribe.finish();
  const updates = world.pageWriter.write(request, ending)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([updates.next(), overdue]);
      if (next === 'overdue' || next.done === true) return { kind: 'error', error: SILENT, words: words() };
      const update: PageUpdate = next.value;
      if (update.type === 'result') return { kind: 'done', page, words: words() };
      if (update.type === 'error') {
        const error = failure(update.code, redact.whole(update.message));
        return { kind: 'error', error, words: words() };
      }
      if (update.type === 'page') {
        page += update.text;
        // Far beyond what is kept: there is no telling where it would end.
        if (page.length > 2 * MAX_PAGE_BYTES) return { kind: 'done', page, words: words() };
        show(update.text);
        // The first word of it is when there is something to see.
        if (told > 0 && page.length - told < TOLD_EVERY) continue;
        told = page.length;
        const text = `Writing the page, ${Math.round(page.length / 1_000)} kB so far.`;
        volatile(sessionId, { turnId, attemptId, kind: 'thought', text });
        continue;
      }
      const facts = scribe.take({ eventId: 0, type: 'message', text: update.text });
      if (facts.length > 0 && !(await record(facts))) return { kind: 'superseded' };
    }
  } catch {
    return { kind: 'error', error: FAILED, words: words() };
  } finally {
    // Not waited for: what does not answer does not end either.
    void updates.return?.(undefined)?.catch(() => undefined);
  }
};
