import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentUpdate } from '../../commands/ports/agent.ts';
import type { Sandbox } from '../../commands/ports/sandboxes.ts';
import { right } from '../../domain/testing/outcome.ts';
import { type RunningBridge, startBridgeProcess, TOKEN } from '../../sandbox/bridge/fixtures/harness.ts';
import { said, toArray, upTo } from '../../sandbox/bridge/fixtures/prompt.ts';
import type { Frame } from '../../sandbox/bridge/prompt/frame.ts';
import { createBridgeAgent } from './bridge-client.ts';

/** The bridge writes its frames down for itself; the compiler sees to it that they are the port's updates. */
const asUpdates = (frames: readonly Frame[]): readonly AgentUpdate[] => frames;
const asFrames = (updates: readonly AgentUpdate[]): readonly Frame[] => updates;

const unused = { code: 'unused', message: 'not part of this test', retryable: false };
const sandboxAt = (socketPath: string): Sandbox => ({
  name: 'mk0r-test',
  bridge: { socketPath, origin: 'http://sandbox', headers: {} },
  preview: { socketPath, origin: 'http://sandbox', headers: {} },
  exec: () => TE.left(unused),
  readFile: () => TE.left(unused),
  writeFile: () => TE.left(unused),
  devServer: () => TE.left(unused),
});

const agent = createBridgeAgent();
const never = new AbortController().signal;

const prompt = (sandbox: Sandbox, agentSessionId: string, promptId: string, text: string, signal = never) =>
  agent.prompt(sandbox, TOKEN, { agentSessionId, promptId, text }, signal);

/** Hands connections on to a bridge, and cuts each after that many bytes of its answer. */
const cuttingProxy = (target: string, bytes: number): Server =>
  createServer((client) => {
    const upstream = connect(target);
    let room = bytes;
    client.pipe(upstream);
    client.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.end());
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk.subarray(0, room));
      room -= chunk.length;
      if (room <= 0) client.end(() => client.destroy());
    });
  });

describe('the agent of a sandbox', () => {
  let bridge: RunningBridge;
  let sandbox: Sandbox;
  let agentSessionId: string;

  beforeAll(async () => {
    bridge = await startBridgeProcess();
    sandbox = sandboxAt(bridge.socketPath);
  });
  afterAll(() => bridge.stop());

  it('is started, opened and given its model', async () => {
    expect(await right(agent.initialize(sandbox, TOKEN, never))).toEqual({
      name: 'scripted-agent',
      version: '1.0.0',
    });
    const options = { cwd: '/app', systemPrompt: 'Be brief.' };
    ({ agentSessionId } = await right(agent.openSession(sandbox, TOKEN, options, never)));
    await right(agent.setModel(sandbox, TOKEN, { agentSessionId, model: 'haiku' }, never));
    const updates = await toArray(prompt(sandbox, agentSessionId, 'first', 'model\nsystem'));
    expect(said(asFrames(updates))).toBe('haikuBe brief.');
  });

  it('is given its environment by whoever composes it', async () => {
    const other = await startBridgeProcess();
    try {
      const versioned = createBridgeAgent({ agentEnv: ({ name }) => ({ SCRIPTED_VERSION: name }) });
      const identity = await right(versioned.initialize(sandboxAt(other.socketPath), TOKEN, never));
      expect(identity.version).toBe('mk0r-test');
    } finally {
      await other.stop();
    }
  });

  it('answers a prompt in order, each update once', async () => {
    const updates = await toArray(prompt(sandbox, agentSessionId, 'order', 'say one\ntool\nsay two\nusage'));
    expect(updates.map(({ eventId, type }) => [eventId, type])).toEqual([
      [1, 'message'],
      [2, 'tool_call'],
      [3, 'tool_result'],
      [4, 'message'],
      [5, 'usage'],
      [6, 'result'],
    ]);
  });

  it.each([450, 523, 1_000])(
    'loses and doubles nothing when every connection is cut at %i bytes',
    async (bytes) => {
      const path = join(bridge.runDir, `cut-${bytes}.sock`);
      const proxy = cuttingProxy(bridge.socketPath, bytes).listen(path);
      await once(proxy, 'listening');
      const updates = await toArray(
        prompt(sandboxAt(path), agentSessionId, `cut-${bytes}`, 'slow 12 55\ntool'),
      );
      proxy.close();
      expect(said(asFrames(updates))).toBe(upTo(12));
      expect(updates.map(({ eventId }) => eventId)).toEqual(updates.map((_, index) => index + 1));
      expect(updates.at(-1)).toMatchObject({ type: 'result', stopReason: 'end_turn' });
    },
  );

  it('is asked to stop, and the prompt ends as cancelled', async () => {
    const updates: AgentUpdate[] = [];
    for await (const update of prompt(sandbox, agentSessionId, 'stop', 'say working\nhang')) {
      updates.push(update);
      if (update.type === 'message') await right(agent.cancel(sandbox, TOKEN, { agentSessionId }));
    }
    expect(updates.at(-1)).toMatchObject({ type: 'result', stopReason: 'cancelled' });
  });

  it('goes on when its listener is aborted, and is heard again by prompting with the same id', async () => {
    const listening = new AbortController();
    const heard: AgentUpdate[] = [];
    // Not to its end before the listener is gone.
    const text = 'say begun \nuntil aborted\nslow 10 55';
    for await (const update of prompt(sandbox, agentSessionId, 'again', text, listening.signal)) {
      heard.push(update);
      listening.abort();
    }
    expect(heard.at(-1)).toMatchObject({ type: 'error', code: 'aborted' });
    await writeFile(join(bridge.appDir, 'aborted'), '');
    const again = await toArray(prompt(sandbox, agentSessionId, 'again', text));
    expect(said(asFrames(again))).toBe(`begun ${upTo(10)}`);
  });

  it('says why it could not be prompted', async () => {
    expect(await toArray(prompt(sandbox, 'no-such-session', 'x', 'say hi'))).toEqual(
      asUpdates([{ eventId: 1, type: 'error', code: 'session_not_found', message: expect.any(String) }]),
    );
    const wrongToken = agent.prompt(
      sandbox,
      'wrong',
      { agentSessionId, promptId: 'y', text: 'say hi' },
      never,
    );
    expect(await toArray(wrongToken)).toMatchObject([{ type: 'error', code: 'unauthorized' }]);
  });

  it('hands over the Git credential', async () => {
    const credential = {
      url: 'http://127.0.0.1:3900/mk0r/mk0r-abc.git',
      username: 'x-access-token',
      password: 'secret',
      expiresAt: new Date(Date.now() + 60_000).toISOString(),
    };
    await right(agent.setGitCredential(sandbox, TOKEN, credential));
    expect(await readFile(join(bridge.runDir, 'git-credential'), 'utf8')).toContain(
      'path=mk0r/mk0r-abc.git\n',
    );
  });
});

describe('a sandbox that cannot be trusted', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mk0r-hostile-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const against = async <T>(listener: RequestListener, act: (sandbox: Sandbox) => Promise<T>): Promise<T> => {
    const socketPath = join(directory, `${crypto.randomUUID().slice(0, 8)}.sock`);
    const server = createHttpServer(listener).listen(socketPath);
    await once(server, 'listening');
    try {
      return await act(sandboxAt(socketPath));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };

  const lastOf = (listener: RequestListener): Promise<AgentUpdate | undefined> =>
    against(listener, async (sandbox) => (await toArray(prompt(sandbox, 's', 'p', 'hi'))).at(-1));

  const hello = '{"eventId":1,"type":"message","text":"hi"}\n';

  it.each([
    ['what is no JSON', `${hello}hello\n`],
    ['what is no update', `${hello}{"eventId":2,"type":"surprise"}\n`],
    ['a number that leaves some out', `${hello}{"eventId":9,"type":"message","text":"hi"}\n`],
    ['a text without measure', `${hello}{"eventId":2,"type":"message","text":"${'x'.repeat(100_000)}"}\n`],
  ])('ends the prompt with %s', async (_, body) => {
    expect(await lastOf((_request, response) => response.end(body))).toMatchObject({
      eventId: 2,
      type: 'error',
      code: 'stream_invalid',
    });
  });

  it('cannot make us keep a line without an end', async () => {
    const update = await lastOf((request, response) => {
      if (request.url === '/session/prompt') response.write(hello);
      response.write('x'.repeat(2 * 1024 * 1024));
    });
    expect(update).toMatchObject({ eventId: 2, type: 'error', code: 'stream_cut' });
  });

  it('is given up on after some attempts that bring nothing', async () => {
    let attempts = 0;
    const update = await lastOf((_request, response) => {
      attempts += 1;
      response.destroy();
    });
    expect(update).toMatchObject({ eventId: 1, type: 'error', code: 'bridge_unreachable' });
    expect(attempts).toBeGreaterThan(1);
    expect(attempts).toBeLessThan(10);
  });

  it('is told to stop an agent that can no longer be followed', async () => {
    const asked: string[] = [];
    const gap = '{"eventId":7,"type":"error","code":"replay_gap","message":"gone"}\n';
    const update = await lastOf((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/session/cancel') response.end('{}');
      else response.end(hello + gap);
    });
    expect(update).toMatchObject({ eventId: 2, type: 'error', code: 'replay_gap' });
    expect(asked).toContain('/session/cancel');
  });

  it.each([
    ['no JSON', 'hello', 'bridge_answer_invalid'],
    ['something else', '{"name":1}', 'bridge_answer_invalid'],
    ['without end', 'x'.repeat(20 * 1024 * 1024), 'bridge_unreachable'],
  ])('that answers %s has failed', async (_, body, code) => {
    const answer = await against(
      (_request, response) => response.end(body),
      (sandbox) => agent.initialize(sandbox, TOKEN, never)(),
    );
    expect(answer).toMatchObject(E.left({ code }));
  });

  it('cannot smuggle a code or control characters into our errors', async () => {
    const refuse = (body: object) =>
      against(
        (_request, response) => response.writeHead(400).end(JSON.stringify(body)),
        (sandbox) => agent.initialize(sandbox, TOKEN, never)(),
      );
    expect(await refuse({ code: 'Not A Code', message: 'x' })).toMatchObject(
      E.left({ code: 'bridge_http_400' }),
    );
    expect(await refuse({ code: 'a_code', message: `a\u001b[31m\n${'x'.repeat(9_000)}` })).toMatchObject(
      E.left({ code: 'a_code', message: expect.stringMatching(/^a \[31m x{490,}$/) }),
    );
  });
});
