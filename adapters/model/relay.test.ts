import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type AnthropicStandIn,
  anthropicError,
  startAnthropicStandIn,
} from '../../tests/stand-ins/anthropic/server.ts';
import type { Meter, Settled, Started } from './meter.ts';
import { PRICES } from './prices.ts';
import { type ModelRelay, type ModelRelayOptions, startModelRelay } from './relay.ts';

const KEY = 'sk-ant-the-key-of-this-server';
const TOKEN = 'token-of-a-sandbox';

/** What the relay asks and tells the ledger, written down. */
const createMeter = () => {
  const started: { readonly model: string; readonly reservedMicros: number }[] = [];
  const settled: Settled[] = [];
  let next: Started | undefined;
  const meter: Meter = {
    callerOf: (token) => (token === TOKEN ? { sessionId: 's1' } : undefined),
    start: async (_caller, call) => {
      started.push(call);
      return next ?? { kind: 'started', callId: `call-${started.length}` };
    },
    settle: async (_caller, call) => void settled.push(call),
  };
  return {
    meter,
    started,
    settled,
    answers: (answer: Started): void => {
      next = answer;
    },
  };
};

describe('the model relay', () => {
  let model: AnthropicStandIn;
  let relay: ModelRelay;
  let ledger: ReturnType<typeof createMeter>;

  const open = async (change: Partial<ModelRelayOptions> = {}): Promise<void> => {
    relay = await startModelRelay({
      port: 0,
      baseUrl: model.url,
      key: KEY,
      prices: PRICES,
      models: [],
      callsPerMinute: 100,
      ...change,
    });
    ledger = createMeter();
    relay.serve(ledger.meter);
  };
  beforeAll(async () => {
    model = await startAnthropicStandIn({ key: KEY });
  });
  beforeEach(async () => {
    model.calls.splice(0);
    model.tells([{ when: /./, answers: [[{ says: 'A habit tracker it is.' }]] }]);
    await open();
  });
  afterEach(() => relay.close());
  afterAll(() => model.close());

  const BODY = {
    model: 'claude-haiku-5-5',
    max_tokens: 1_000,
    stream: true,
    tools: [{ name: 'Write' }],
    messages: [{ role: 'user', content: 'Build me a habit tracker.' }],
  };
  const ask = (body: unknown = BODY, init: RequestInit = {}, path = '/v1/messages?beta=true') =>
    fetch(relay.url + path, {
      method: 'POST',
      ...init,
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'claude-code-20250219',
        'x-api-key': TOKEN,
        ...init.headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const errorOf = async (answer: Response) => {
    const { error } = (await answer.json()) as { readonly error: { readonly type: string } };
    return { status: answer.status, type: error.type, again: answer.headers.get('x-should-retry') };
  };

  test('passes a stream on as it comes, and records what it came to', async () => {
    const answer = await ask();
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(text).toMatch(/^event: message_start\n/);
    expect(text).toMatch(/event: message_stop\ndata: .*\n\n$/);
    const [call] = model.calls;
    expect(call?.headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-beta': 'claude-code-20250219' });
    expect(JSON.stringify(call)).not.toContain(TOKEN);
    expect(ledger.started).toMatchObject([{ model: 'claude-haiku-5-5' }]);
    expect(ledger.settled).toMatchObject([{ callId: 'call-1', outcome: 'complete' }]);
    const [{ costMicros, outputTokens } = { costMicros: 0, outputTokens: 0 }] = ledger.settled;
    expect(outputTokens).toBeGreaterThan(1);
    expect(costMicros).toBeGreaterThan(0);
    expect(costMicros).toBeLessThanOrEqual(ledger.started[0]?.reservedMicros ?? 0);
  });

  test('holds nothing back: the first event is there while the last one is not', async () => {
    model.tells([{ when: /./, answers: [{ parts: [{ says: 'One moment.' }], how: 'stalls' }] }]);
    const gone = new AbortController();
    const answer = await ask(BODY, { signal: gone.signal });
    const { value } = (await answer.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain('message_start');
    expect(ledger.settled).toEqual([]);
    gone.abort();
  });

  test('records also what a client that hung up has used, and lets the model stop', async () => {
    model.tells([{ when: /./, answers: [{ parts: [{ says: 'x'.repeat(400) }], how: 'stalls' }] }]);
    const gone = new AbortController();
    const answer = await ask(BODY, { signal: gone.signal });
    const reader = answer.body?.getReader();
    let heard = '';
    while (!heard.includes('text_delta')) heard += new TextDecoder().decode((await reader?.read())?.value);
    gone.abort();
    await expect.poll(() => ledger.settled).toMatchObject([{ outcome: 'cut' }]);
    expect(ledger.settled[0]).toMatchObject({
      inputTokens: expect.any(Number),
      outputTokens: expect.any(Number),
    });
    expect(ledger.settled[0]?.outputTokens).toBeGreaterThan(1);
    await expect.poll(() => model.calls[0]?.hungUp).toBe(true);
  });

  test('waits for an answer that comes whole although its client hung up: only it says what it came to', async () => {
    const { stream: _whole, ...whole } = BODY;
    const answer = await ask(whole);
    expect(await answer.json()).toMatchObject({ content: [{ text: 'A habit tracker it is.' }] });
    expect(ledger.settled).toMatchObject([{ outcome: 'complete' }]);
    model.tells([{ when: /./, answers: [{ parts: [{ says: 'Here.' }], how: 'slow' }] }]);
    const gone = new AbortController();
    const hungUp = ask(whole, { signal: gone.signal });
    await expect.poll(() => ledger.started.length).toBe(2);
    gone.abort();
    await expect(hungUp).rejects.toThrow();
    await expect.poll(() => ledger.settled.length).toBe(2);
    expect(ledger.settled[1]).toMatchObject({ outcome: 'complete' });
  });

  test.each([
    [429, 'rate_limit_error', { 'retry-after': '7' }],
    [529, 'overloaded_error', {}],
    [500, 'api_error', {}],
    [400, 'invalid_request_error', {}],
  ])('passes a %s on as it is, and records that nothing was to pay', async (status, type, headers) => {
    model.next([{ status, headers, body: anthropicError(type, 'in the words of the API') }]);
    const answer = await ask();
    expect(answer.headers.get('retry-after')).toBe(headers['retry-after' as keyof typeof headers] ?? null);
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
    expect(await errorOf(answer)).toMatchObject({ status, type });
    expect(ledger.settled).toMatchObject([{ outcome: 'failed', error: type, costMicros: 0 }]);
  });

  test('counts what came before an error in the middle of a stream', async () => {
    model.tells([{ when: /./, answers: [{ parts: [{ says: 'x'.repeat(400) }], how: 'breaks' }] }]);
    expect(await (await ask()).text()).toContain('event: error');
    expect(ledger.settled).toMatchObject([{ outcome: 'cut', error: 'overloaded_error' }]);
    expect(ledger.settled[0]?.costMicros).toBeGreaterThan(0);
  });

  test('says who cannot be reached', async () => {
    await relay.close();
    await open({ baseUrl: 'http://127.0.0.1:1' });
    expect(await errorOf(await ask())).toMatchObject({ status: 502, type: 'api_error' });
    expect(ledger.settled).toMatchObject([{ outcome: 'failed', costMicros: 0 }]);
  });

  test.each([
    ['a token it has not given', { 'x-api-key': KEY }, 401, 'authentication_error'],
    ['no token', { 'x-api-key': '' }, 401, 'authentication_error'],
  ])('turns %s away', async (_, headers, status, type) => {
    expect(await errorOf(await ask(BODY, { headers }))).toEqual({ status, type, again: 'false' });
    expect(model.calls).toEqual([]);
  });

  test('takes the token as bearer as well', async () => {
    const headers = { 'x-api-key': '', authorization: `Bearer ${TOKEN}` };
    expect((await ask(BODY, { headers })).status).toBe(200);
  });

  test.each([
    ['a model nobody knows the price of', { ...BODY, model: 'gpt-9' }, 403],
    ['fast mode, which has another price', { ...BODY, speed: 'fast' }, 400],
    ['what is no JSON', '{"model":', 400],
    ['what has no limit', { model: 'claude-haiku-5-5', messages: [] }, 400],
  ])('does not pass on %s', async (_, body, status) => {
    expect(await errorOf(await ask(body))).toMatchObject({ status, again: 'false' });
    expect(ledger.started).toEqual([]);
    expect(model.calls).toEqual([]);
  });

  test('passes on only the models it was told of', async () => {
    await relay.close();
    await open({ models: ['haiku'] });
    expect((await ask()).status).toBe(200);
    expect(await errorOf(await ask({ ...BODY, model: 'claude-opus-5-5' }))).toMatchObject({ status: 403 });
  });

  test.each([
    [{ kind: 'exhausted', scope: 'session' }, 402, 'billing_error', 'false'],
    [{ kind: 'exhausted', scope: 'day' }, 402, 'billing_error', 'false'],
    [{ kind: 'closed' }, 403, 'permission_error', 'false'],
    [{ kind: 'unavailable' }, 503, 'api_error', null],
  ] as const)('%s: calls nobody', async (started, status, type, again) => {
    ledger.answers(started);
    expect(await errorOf(await ask())).toEqual({ status, type, again });
    expect(model.calls).toEqual([]);
    expect(ledger.settled).toEqual([]);
  });

  test('lets a session call so often in a minute, and says when to come back', async () => {
    await relay.close();
    await open({ callsPerMinute: 2 });
    for (const status of [200, 200, 429]) expect((await ask()).status).toBe(status);
    const answer = await ask();
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(answer)).toMatchObject({ type: 'rate_limit_error' });
  });

  test('answers nothing larger than the API itself takes', async () => {
    const body = JSON.stringify({ ...BODY, system: 'x'.repeat(32 * 1024 * 1024) });
    expect(await errorOf(await ask(body))).toMatchObject({ status: 413, type: 'request_too_large' });
  });

  test('counts tokens and lists models for nothing, and knows no other path', async () => {
    const counted = await ask(BODY, {}, '/v1/messages/count_tokens');
    expect(await counted.json()).toMatchObject({ input_tokens: expect.any(Number) });
    expect(ledger.started).toEqual([]);
    expect(await errorOf(await ask(BODY, {}, '/v1/files'))).toMatchObject({ status: 404 });
  });

  test('asks to come back while the server is starting', async () => {
    const early = await startModelRelay({
      port: 0,
      baseUrl: model.url,
      key: KEY,
      prices: PRICES,
      models: [],
      callsPerMinute: 1,
    });
    const answer = await fetch(`${early.url}/v1/messages`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(503);
    await early.close();
  });

  test('ends what is under way when it is closed, and records it', async () => {
    model.tells([{ when: /./, answers: [{ parts: [{ says: 'x'.repeat(400) }], how: 'stalls' }] }]);
    const answer = await ask();
    await answer.body?.getReader().read();
    await relay.close();
    expect(ledger.settled).toMatchObject([{ outcome: 'cut' }]);
  });

  test('gives the key to nobody a redirect names', async () => {
    const seen: unknown[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers['x-api-key']);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    model.next([{ status: 307, headers: { location: `http://127.0.0.1:${port}/` } }]);
    expect(await errorOf(await ask())).toMatchObject({ status: 502 });
    expect(seen).toEqual([]);
    elsewhere.close();
  });
});
