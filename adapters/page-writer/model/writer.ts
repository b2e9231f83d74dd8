import type { PageRequest, PageUpdate, PageWriter } from '../../../commands/ports/page-writer.ts';
import type { PriceTable } from '../../model/prices.ts';
import { chosenModel } from './chosen-model.ts';
import { instructions, question } from './prompt.ts';
import { createReply } from './reply.ts';
import { deltasOf } from './sse.ts';

export type ModelWriterOptions = {
  /** Of the relay, which counts every call, keeps to the budgets, and has the key. */
  readonly url: string;
  /** What the relay knows the session of that slug by. */
  readonly token: (slug: string) => string;
  readonly prices: PriceTable;
  /** Words of which a model's id must have one; none: every model whose price is known. */
  readonly models: readonly string[];
};

/** The longest answer: a page of 256 kB has about as many tokens as this. */
const MAX_TOKENS = 32_000;

const failed = (code: string, message: string): PageUpdate => ({ type: 'error', code, message });

/**
 * Has a model write the page, through the relay that sandboxes call it by as well: what a call costs is reserved before and
 * recorded after it. How a turn failed is read off what the relay recorded (`domain/session/decide/turns.ts`).
 */
export const createModelWriter = (options: ModelWriterOptions): PageWriter => ({
  write: async function* (request: PageRequest, signal): AsyncGenerator<PageUpdate, void, undefined> {
    const model = chosenModel(options, request.model);
    if (model === undefined) {
      yield failed('model_unavailable', `There is no model ${request.model} here. Choose another one.`);
      return;
    }
    const answer = await fetch(`${options.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'x-api-key': options.token(request.slug),
      },
      body: JSON.stringify({
        model,
        max_tokens: MAX_TOKENS,
        stream: true,
        system: instructions,
        messages: [{ role: 'user', content: question(request) }],
      }),
      signal,
    });
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      yield failed('model_failed', 'The model could not be reached, or failed. Send the message again.');
      return;
    }
    const reply = createReply();
    for await (const delta of deltasOf(answer.body)) {
      if (delta.type === 'text') yield* reply.take(delta.text);
      else if (delta.type === 'error') {
        yield failed('model_failed', 'The model failed in the middle. Send the message again.');
        return;
      } else if (delta.isWhole) {
        yield* reply.finish();
        yield { type: 'result' };
        return;
      } else {
        yield failed('page_too_long', 'The page became too long for one answer. Ask for less at once.');
        return;
      }
    }
    yield failed('model_failed', 'The model stopped in the middle. Send the message again.');
  },
});
