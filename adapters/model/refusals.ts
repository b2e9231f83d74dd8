/** An answer in the shape of the Messages API (https://platform.claude.com/docs/en/api/errors), which its clients know. */
export type Refusal = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly type: 'error';
    readonly error: { readonly type: string; readonly message: string };
  };
};

const refusal = (
  status: number,
  type: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal => ({ status, headers, body: { type: 'error', error: { type, message } } });

/** Tells the SDK not to try again, as the API itself does where that would change nothing. */
const FINAL = { 'x-should-retry': 'false' } as const;

export const REFUSED = {
  token: refusal(401, 'authentication_error', 'This token is not known here.', FINAL),
  path: refusal(404, 'not_found_error', 'Only the Messages API is passed on.', FINAL),
  body: refusal(
    400,
    'invalid_request_error',
    'The body must be a JSON object with model, max_tokens and messages.',
    FINAL,
  ),
  speed: refusal(400, 'invalid_request_error', 'Fast mode is not passed on: it has another price.', FINAL),
  tooLarge: refusal(413, 'request_too_large', 'The request is larger than 32 MB.', FINAL),
  starting: refusal(503, 'api_error', 'The server is starting.', { 'retry-after': '1' }),
  unavailable: refusal(503, 'api_error', 'The call cannot be recorded now, and is not made unrecorded.', {
    'retry-after': '2',
  }),
  closed: refusal(403, 'permission_error', 'The session has been closed.', FINAL),
  unreachable: refusal(502, 'api_error', 'The model cannot be reached from this server.'),
  budget: {
    session: refusal(402, 'billing_error', 'The model budget of this session is used up.', FINAL),
    day: refusal(402, 'billing_error', 'What may be spent on models today is used up.', FINAL),
  },
  model: (model: string): Refusal =>
    refusal(
      403,
      'permission_error',
      `The model ${model.slice(0, 100)} is not offered here: MK0R_MODELS does not name it, or its price is not known (MK0R_MODEL_PRICES).`,
      FINAL,
    ),
  rate: (waitMs: number): Refusal =>
    refusal(429, 'rate_limit_error', 'Too many calls of this session in a minute.', {
      'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))),
    }),
} as const;
