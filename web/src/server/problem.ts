/** What went wrong with a request: the server's own stable `code`, or `unreachable` where no answer came. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds after which asking again makes sense, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, retryAfter?: number) {
    super(message);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const SENTENCES: Readonly<Record<string, string>> = {
  unreachable: 'The server cannot be reached. Check that it is running, then try again.',
  timeout: 'The server took too long to answer. Try again.',
  token_missing: 'You are not signed in yet. Try again.',
  token_refused: 'Your sign-in has expired. Reload the page.',
  session_key_wrong:
    'This app is yours, and not open in this browser. In the browser that has it, choose “Open on another device”.',
  session_not_found:
    'There is no app at this address, or it is not yours. If it is in another browser, choose “Open on another device” there.',
  rate_limited: 'That was a lot at once. Wait a moment, then try again.',
  store_full: 'The server’s disk is full, so nothing can be recorded. Nothing was lost; try again later.',
  store_unavailable: 'The server cannot record anything right now. Nothing was lost; try again shortly.',
  body_too_large: 'That is too long to send. Shorten it.',
  prompt_too_long: 'That prompt is too long. Shorten it.',
  prompt_empty: 'Write what you want first.',
};

/** One sentence for a person that ends in what to do next. */
export const explain = (error: unknown): string => {
  if (!(error instanceof ApiProblem)) return 'Something unexpected happened in this page. Reload it.';
  const known = SENTENCES[error.code];
  const wait = error.retryAfter === undefined ? '' : ` Ready again in ${error.retryAfter} s.`;
  return `${known ?? error.message}${wait}`;
};

type ProblemBody = { readonly code?: unknown; readonly detail?: unknown; readonly title?: unknown };

/** Reads `application/problem+json`; whatever else a proxy in between may answer becomes a problem as well. */
export const problemOf = async (response: Response): Promise<ApiProblem> => {
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiProblem(
    response.status,
    text(body.code) ?? `http_${response.status}`,
    text(body.detail) ?? text(body.title) ?? `The server answered ${response.status}. Try again.`,
    Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined,
  );
};
