import type { PageRequest, PageUpdate, PageWriter } from '../ports/page-writer.ts';
import type { Latency } from './providers.ts';

/** What the writer does next; `waits` until it is told to stop. */
export type Stroke = { readonly writes: string } | { readonly says: string } | 'waits' | 'fails';

export type ScriptedWriter = PageWriter & {
  /** What it does with the next message, and with all after it. */
  readonly will: (...strokes: readonly Stroke[]) => void;
  readonly requests: () => readonly PageRequest[];
};

export const pageSaying = (words: string): string =>
  `<!doctype html>\n<html lang="en"><title>${words}</title><p>${words}</p></html>\n`;

/** A writer that plays a script; without one, each page says what was asked for. */
export const createScriptedWriter = (latency: Latency): ScriptedWriter => {
  let script: readonly Stroke[] | undefined;
  const requests: PageRequest[] = [];

  async function* write(
    request: PageRequest,
    signal: AbortSignal,
  ): AsyncGenerator<PageUpdate, void, undefined> {
    requests.push(request);
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const strokes = script ?? [{ writes: pageSaying(request.prompt) }, { says: 'It is written.' }];
    for (const stroke of strokes) {
      await Promise.race([stroke === 'waits' ? aborted : latency(), aborted]);
      if (signal.aborted) return;
      if (stroke === 'waits') continue;
      if (stroke === 'fails') {
        yield { type: 'error', code: 'model_failed', message: 'The model failed.' };
        return;
      }
      yield 'writes' in stroke ? { type: 'page', text: stroke.writes } : { type: 'said', text: stroke.says };
    }
    yield { type: 'result' };
  }

  return {
    will: (...strokes) => {
      script = strokes;
    },
    requests: () => requests,
    write,
  };
};
