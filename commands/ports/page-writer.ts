/**
 * What a writer says as it goes. Everything is untrusted, a model's answer as much as a rule's.
 * `said`: words for the visitor, in pieces · `page`: the next piece of the page · `result`: it is done, and where no page
 * came, nothing is to change.
 */
export type PageUpdate =
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'page'; readonly text: string }
  | { readonly type: 'result' }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

export type PageRequest = {
  readonly slug: string;
  /** As the session's owner has chosen it: `haiku`. */
  readonly model: string;
  readonly prompt: string;
  /** What was asked for before, oldest first. */
  readonly earlier: readonly string[];
  /** The page as it is; absent where there is none. */
  readonly page?: string;
  /** What is wrong with the page it has just written. */
  readonly findings?: string;
};

/** Writes one self-contained HTML page, from its beginning to its end. Ends soon after `signal` has aborted. */
export type PageWriter = {
  readonly write: (request: PageRequest, signal: AbortSignal) => AsyncIterable<PageUpdate>;
};
