import type { PageUpdate } from '../../../commands/ports/page-writer.ts';

const BEGINNING = /<!doctype html|<html[\s>]/i;
const END = /<\/html\s*>/i;
/** As much of an end as may still become a beginning or an end of a page. */
const HELD_CHARS = 16;

/** Tells a model's words from its page as they come: the page is what stands between `<!doctype html>` and `</html>`. */
export const createReply = () => {
  let part: 'before' | 'page' | 'after' = 'before';
  let held = '';

  function* released(keep: number): Generator<PageUpdate, void, undefined> {
    const text = held.slice(0, Math.max(0, held.length - keep));
    held = held.slice(text.length);
    if (text !== '') yield { type: part === 'page' ? 'page' : 'said', text };
  }

  function* take(text: string): Generator<PageUpdate, void, undefined> {
    held += text;
    if (part === 'before') {
      const begins = BEGINNING.exec(held);
      if (begins === null) return yield* released(HELD_CHARS);
      const words = withoutFence(held.slice(0, begins.index));
      held = held.slice(begins.index);
      if (words.trim() !== '') yield { type: 'said', text: `${words}\n\n` };
      part = 'page';
    }
    if (part === 'page') {
      const ends = END.exec(held);
      if (ends === null) return yield* released(HELD_CHARS);
      const rest = held.slice(ends.index + ends[0].length);
      held = held.slice(0, ends.index + ends[0].length);
      yield* released(0);
      part = 'after';
      held = rest;
    }
  }

  function* finish(): Generator<PageUpdate, void, undefined> {
    if (part === 'page') return yield* released(0);
    held = withoutFence(held);
    if (held.trim() !== '') yield { type: 'said', text: held };
    held = '';
  }

  return { take, finish };
};

/** Models put a page into a fence of Markdown, asked to or not. */
const withoutFence = (text: string): string => text.replace(/```\s*(html)?\s*$/i, '').replace(/^\s*```/, '');
