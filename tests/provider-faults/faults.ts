/** What can go wrong with one request to a provider, as it looks on the wire. */
export type Fault = {
  readonly name: string;
  /** Whether the provider does what was asked before the answer goes wrong. */
  readonly executes: boolean;
  readonly does: Wrong;
  /** Asking again cannot help: the step is parked at once, and somebody has to do something. */
  readonly permanent?: true;
  /** How long the provider wants to be left alone. */
  readonly retryAfterMs?: number;
};

export type Wrong =
  | {
      readonly kind: 'answers';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  /** Arrives twice, as after a retry in between; the second answer is the one that is heard. */
  | { readonly kind: 'repeats' }
  | { readonly kind: 'garbles'; readonly how: 'no JSON' | 'no such fields' | 'much too large' }
  | { readonly kind: 'resets'; readonly when: 'before the headers' | 'in the body' }
  | { readonly kind: 'stalls'; readonly how: 'no answer' | 'a byte a second' }
  | { readonly kind: 'unreachable'; readonly how: 'refuses connections' | 'has no address' }
  | { readonly kind: 'redirects' };

const answers = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Wrong => ({
  kind: 'answers',
  status,
  headers,
  // As much of each provider's error as their SDKs look at: Neon's, Resend's, GitHub's, E2B's.
  body: { message, code: '', name: 'application_error', statusCode: status },
});

/** The sixteen of the test plan, and a redirect to somewhere else. */
export const FAULTS: readonly Fault[] = [
  { name: '500', executes: false, does: answers(500, 'internal error') },
  { name: '503', executes: false, does: answers(503, 'service unavailable') },
  {
    name: '429 with Retry-After',
    executes: false,
    does: answers(429, 'too many requests', { 'retry-after': '2' }),
    retryAfterMs: 2_000,
  },
  { name: '429 without Retry-After', executes: false, does: answers(429, 'too many requests') },
  { name: '401', executes: false, does: answers(401, 'unauthorized'), permanent: true },
  { name: 'it exists already', executes: true, does: { kind: 'repeats' } },
  { name: 'connection refused', executes: false, does: { kind: 'unreachable', how: 'refuses connections' } },
  { name: 'no such host', executes: false, does: { kind: 'unreachable', how: 'has no address' } },
  { name: 'reset before the headers', executes: false, does: { kind: 'resets', when: 'before the headers' } },
  { name: 'reset in the body', executes: true, does: { kind: 'resets', when: 'in the body' } },
  { name: 'no answer', executes: false, does: { kind: 'stalls', how: 'no answer' } },
  { name: 'a byte a second', executes: true, does: { kind: 'stalls', how: 'a byte a second' } },
  { name: 'no JSON', executes: true, does: { kind: 'garbles', how: 'no JSON' } },
  { name: 'a field is missing', executes: true, does: { kind: 'garbles', how: 'no such fields' } },
  { name: 'a body of 50 MB', executes: true, does: { kind: 'garbles', how: 'much too large' } },
  {
    name: 'done, and the answer lost',
    executes: true,
    does: { kind: 'resets', when: 'before the headers' },
  },
  { name: 'redirect to another host', executes: false, does: { kind: 'redirects' } },
];
