import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type RunningBridge, startBridgeProcess } from './fixtures/harness.ts';
import { openPrompt, openStream, prompt, said, toArray, upTo } from './fixtures/prompt.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a prompt', () => {
  let bridge: RunningBridge;
  let sessionId: string;
  beforeAll(async () => {
    bridge = await startBridgeProcess();
    sessionId = await bridge.newSession();
  });
  afterAll(() => bridge.stop());

  /** The process the scripted agent has left running in a session of its own. */
  const grandchild = async (): Promise<number> => {
    const pidFile = join(bridge.appDir, 'grandchild.pid');
    const pid = await eventually(
      async () => Number(await readFile(pidFile, 'utf8').catch(() => 0)) || undefined,
    );
    await rm(pidFile);
    return pid;
  };

  /** Lets an agent go on that waits `until` it may. */
  const letGoOn = (file: string): Promise<void> => writeFile(join(bridge.appDir, file), '');

  it('streams what the agent says and does, in order, numbered from one', async () => {
    const frames = await prompt(bridge, sessionId, 'order', 'say before\ntool\nsay after\nusage');
    expect(frames).toEqual([
      { eventId: 1, type: 'message', text: 'before' },
      {
        eventId: 2,
        type: 'tool_call',
        toolCallId: 'call-1',
        title: 'Write src/App.tsx',
        kind: 'edit',
        path: '/app/src/App.tsx',
      },
      {
        eventId: 3,
        type: 'tool_result',
        toolCallId: 'call-1',
        status: 'completed',
        diff: { path: '/app/src/App.tsx', oldText: null, newText: 'export {};\n' },
      },
      { eventId: 4, type: 'message', text: 'after' },
      { eventId: 5, type: 'usage', model: 'unknown', inputTokens: 5, outputTokens: 7 },
      { eventId: 6, type: 'result', stopReason: 'end_turn' },
    ]);
  });

  it('joins a flood of chunks and loses none', async () => {
    const frames = await prompt(bridge, sessionId, 'joined', 'count 2000');
    expect(said(frames)).toBe(upTo(2000));
    expect(frames.length).toBeLessThan(500);
  });

  it('lets the agent do what it asks for, once', async () => {
    expect(said(await prompt(bridge, sessionId, 'ask', 'ask'))).toBe('once');
  });

  it('goes on after a cut connection from the event last seen, nothing lost or doubled', async () => {
    const first = await openPrompt(bridge, sessionId, 'resume', 'tool\nslow 20 20');
    const seen = [await first.next(), await first.next(), await first.next()];
    first.cut();
    const rest = await openStream(bridge, 'GET', `/session/prompt/resume?after=${seen.at(-1)?.eventId}`);
    const all = [...seen, ...(await toArray(rest.frames))];
    expect(said(all)).toBe(upTo(20));
    expect(all.map((frame) => frame.eventId)).toEqual(all.map((_, index) => index + 1));
  });

  it('is not started twice by the same id: a second client reads along', async () => {
    const first = await openPrompt(bridge, sessionId, 'twice', 'slow 10 20');
    const second = await openPrompt(bridge, sessionId, 'twice', 'slow 10 20');
    const [one, two] = await Promise.all([toArray(first.frames), toArray(second.frames)]);
    expect(said(one)).toBe(upTo(10));
    expect(two).toEqual(one);
    expect(await prompt(bridge, sessionId, 'twice', 'slow 10 20')).toEqual(one);
  });

  it('is the only one of its session', async () => {
    const running = await openPrompt(bridge, sessionId, 'only', 'until refused\ncount 10');
    const other = await bridge.ask('POST', '/session/prompt', {
      sessionId,
      promptId: 'other',
      text: 'say hi',
    });
    expect(other.status).toBe(409);
    expect(JSON.parse(other.body).code).toBe('turn_in_progress');
    await letGoOn('refused');
    expect(said(await toArray(running.frames))).toBe(upTo(10));
  });

  it('keeps the credentials from being changed under it', async () => {
    const running = await openPrompt(bridge, sessionId, 'busy', 'until kept\ncount 10');
    expect((await bridge.ask('POST', '/initialize', { env: { NEW: 'key' } })).status).toBe(409);
    await letGoOn('kept');
    expect(said(await toArray(running.frames))).toBe(upTo(10));
  });

  it('says that a part can no longer be replayed', async () => {
    const frames = await prompt(bridge, sessionId, 'flood', 'flood 400 16000');
    expect(said(frames)).toHaveLength(400 * 16_000);
    const replay = await openStream(bridge, 'GET', '/session/prompt/flood?after=1');
    const [gap, next, ...others] = await toArray(replay.frames);
    expect(gap).toMatchObject({ type: 'error', code: 'replay_gap' });
    expect(next?.eventId).toBe((gap?.eventId ?? 0) + 1);
    expect(others.at(-1)).toMatchObject({ type: 'result' });
  });

  it('ends with the reason the agent gave for failing', async () => {
    const frames = await prompt(bridge, sessionId, 'refuse', 'say trying\nrefuse');
    expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'agent_error' });
    expect(JSON.stringify(frames.at(-1))).toContain('no credit left');
  });

  it('is unknown under an id nobody started, and in a session nobody opened', async () => {
    expect((await bridge.ask('GET', '/session/prompt/never')).status).toBe(404);
    const body = { sessionId: 'never', promptId: 'x', text: 'say hi' };
    expect((await bridge.ask('POST', '/session/prompt', body)).status).toBe(404);
  });

  it('ends as cancelled when the agent obeys', async () => {
    const running = await openPrompt(bridge, sessionId, 'obeys', 'say working\nhang');
    await running.next();
    expect(await bridge.json('POST', '/session/cancel', { sessionId })).toEqual({ cancelled: true });
    expect(await toArray(running.frames)).toEqual([{ eventId: 2, type: 'result', stopReason: 'cancelled' }]);
  });

  it('ends as cancelled when the agent is deaf, which is killed with its children and replaced', async () => {
    const running = await openPrompt(bridge, sessionId, 'deaf', 'say working\ndeaf');
    await running.next();
    const child = await grandchild();
    expect(await bridge.json('POST', '/session/cancel', { sessionId })).toEqual({ cancelled: true });
    expect((await toArray(running.frames)).at(-1)).toMatchObject({ stopReason: 'cancelled' });
    await eventually(async () => !isAlive(child));
    expect(said(await prompt(bridge, sessionId, 'after-deaf', 'say here again'))).toBe('here again');
  });

  it('reports a crash of the agent, ends what it left running; the next prompt brings it back, and its session', async () => {
    const frames = await prompt(bridge, sessionId, 'crash', 'say last words\ncrash');
    expect(frames[0]).toMatchObject({ type: 'message', text: 'last words' });
    expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'agent_crashed' });
    expect(JSON.stringify(frames.at(-1))).toContain('exit code 3');
    const child = await grandchild();
    await eventually(async () => !isAlive(child));
    expect(await bridge.json('GET', '/health')).toMatchObject({ agent: { state: 'crashed' } });
    expect(said(await prompt(bridge, sessionId, 'revived', 'say back'))).toBe('back');
  });
});

describe('an agent that floods', () => {
  it('fills neither the memory of the bridge nor that of a client who stays behind', async () => {
    // Whoever kept what comes would need twice of it.
    const bridge = await startBridgeProcess({ NODE_OPTIONS: '--max-old-space-size=40' });
    try {
      const sessionId = await bridge.newSession();
      const running = await openPrompt(bridge, sessionId, 'flood', 'flood 4500 16000');
      await running.next();
      // From here on nobody reads.
      const next = { sessionId, promptId: 'next', text: 'say still here' };
      await eventually(async () => (await bridge.ask('POST', '/session/prompt', next)).status === 200);
      expect(await bridge.json('GET', '/health')).toMatchObject({ ok: true, agent: { state: 'ready' } });
    } finally {
      await bridge.stop();
    }
  });
});

/** Longer than an agent takes to say its next word on a machine that is busy. */
const IDLE_MS = 3_000;

describe('a prompt nobody waits for', () => {
  it('is stopped when the agent falls silent', async () => {
    const bridge = await startBridgeProcess({ MK0R_AGENT_IDLE_MS: '300' });
    try {
      const sessionId = await bridge.newSession();
      const frames = await prompt(bridge, sessionId, 'silent', 'say working\nhang');
      expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'agent_idle' });
    } finally {
      await bridge.stop();
    }
  });

  it('is not stopped while a tool runs that says nothing for longer', async () => {
    const bridge = await startBridgeProcess({ MK0R_AGENT_IDLE_MS: `${IDLE_MS}`, MK0R_TOOL_IDLE_MS: '60000' });
    try {
      const sessionId = await bridge.newSession();
      const frames = await prompt(bridge, sessionId, 'busy', `busy ${IDLE_MS + 1_000}\nsay passed`);
      expect(said(frames)).toBe('passed');
      expect(frames.at(-1)).toMatchObject({ type: 'result', stopReason: 'end_turn' });
    } finally {
      await bridge.stop();
    }
  });

  it('is taken up by another agent after one that fell silent was stopped', async () => {
    const bridge = await startBridgeProcess({ MK0R_AGENT_IDLE_MS: `${IDLE_MS}` });
    try {
      const sessionId = await bridge.newSession();
      const frames = await prompt(bridge, sessionId, 'silent', 'deaf');
      expect(frames.at(-1)).toMatchObject({ type: 'error', code: 'agent_idle' });
      expect(said(await prompt(bridge, sessionId, 'next', 'say here'))).toBe('here');
    } finally {
      await bridge.stop();
    }
  });

  it('is cancelled some time after its last client has gone', async () => {
    const bridge = await startBridgeProcess({ MK0R_DETACHED_MS: '100' });
    try {
      const sessionId = await bridge.newSession();
      const running = await openPrompt(bridge, sessionId, 'left', 'say working\nhang');
      await running.next();
      running.cut();
      const next = () =>
        bridge.ask('POST', '/session/prompt', { sessionId, promptId: 'next', text: 'say free' });
      await eventually(async () => (await next()).status === 200);
      const left = await openStream(bridge, 'GET', '/session/prompt/left?after=1');
      expect(await left.next()).toMatchObject({ type: 'result', stopReason: 'cancelled' });
    } finally {
      await bridge.stop();
    }
  });
});
