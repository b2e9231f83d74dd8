import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBridge, startBridgeProcess, TOKEN } from './fixtures/harness.ts';
import { prompt, said } from './fixtures/prompt.ts';

describe('the agent behind the bridge', () => {
  let bridge: RunningBridge;
  beforeAll(async () => {
    bridge = await startBridgeProcess();
  });
  afterAll(() => bridge.stop());

  it('is not there before initialize', async () => {
    const answer = await bridge.ask('POST', '/session/new', {});
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.body).code).toBe('agent_not_initialized');
  });

  it('says who it is', async () => {
    expect(await bridge.json('POST', '/initialize', {})).toEqual({
      name: 'scripted-agent',
      version: '1.0.0',
    });
    expect(await bridge.json('GET', '/health')).toMatchObject({ ok: true, agent: { state: 'ready' } });
  });

  it('is restarted when its environment changes, and only then', async () => {
    const initialize = (version: string) =>
      bridge.json('POST', '/initialize', { env: { SCRIPTED_VERSION: version } });
    expect(await initialize('2.0.0')).toMatchObject({ version: '2.0.0' });
    const sessionId = await bridge.newSession({ SCRIPTED_VERSION: '2.0.0' });
    expect(await initialize('2.0.0')).toMatchObject({ version: '2.0.0' });
    expect(said(await prompt(bridge, sessionId, 'env', 'env SCRIPTED_VERSION'))).toBe(
      'SCRIPTED_VERSION=2.0.0',
    );
  });

  it('starts once when two ask at once', async () => {
    const env = { SCRIPTED_VERSION: 'both' };
    const both = [bridge.json('POST', '/initialize', { env }), bridge.json('POST', '/initialize', { env })];
    expect(await Promise.all(both)).toEqual([
      { name: 'scripted-agent', version: 'both' },
      { name: 'scripted-agent', version: 'both' },
    ]);
  });

  it('keeps a session over a restart, its model included', async () => {
    const sessionId = await bridge.newSession({});
    await bridge.json('POST', '/session/set_model', { sessionId, modelId: 'haiku' });
    await bridge.json('POST', '/initialize', { env: { SCRIPTED_VERSION: '3.0.0' } });
    expect(said(await prompt(bridge, sessionId, 'kept', 'model\nenv SCRIPTED_VERSION'))).toBe(
      'haikuSCRIPTED_VERSION=3.0.0',
    );
  });

  it('gets the system prompt', async () => {
    await bridge.json('POST', '/initialize', {});
    const { sessionId } = await bridge.json<{ sessionId: string }>('POST', '/session/new', {
      cwd: '/app',
      systemPrompt: 'Read /app/.env first.',
    });
    expect(said(await prompt(bridge, sessionId, 'system', 'system'))).toBe('Read /app/.env first.');
  });

  it('is sent the old set_model where it does not know config options', async () => {
    const sessionId = await bridge.newSession({ SCRIPTED_NO_CONFIG: '1' });
    await bridge.json('POST', '/session/set_model', { sessionId, modelId: 'haiku' });
    expect(said(await prompt(bridge, sessionId, 'old', 'model'))).toBe('old:haiku');
  });

  it('takes up a session the bridge has never seen, and opens one where the agent has not either', async () => {
    const sessionId = await bridge.newSession({});
    const resume = (id: string) => bridge.json('POST', '/session/resume', { sessionId: id, cwd: '/app' });
    expect(await resume(sessionId)).toEqual({ sessionId, attached: 'resumed' });
    expect(await resume('from-long-ago')).toEqual({ sessionId: 'from-long-ago', attached: 'new' });
    expect(said(await prompt(bridge, 'from-long-ago', 'again', 'say back'))).toBe('back');
  });

  it('does not inherit the token', async () => {
    const sessionId = await bridge.newSession({});
    expect(said(await prompt(bridge, sessionId, 'token', 'env MK0R_BRIDGE_TOKEN'))).toContain('(unset)');
    expect(bridge.output()).not.toContain(TOKEN);
  });

  it('refuses a working directory outside the app', async () => {
    const answer = await bridge.ask('POST', '/session/new', { cwd: '/etc' });
    expect(answer.status).toBe(403);
  });
});

describe('an agent that cannot be started', () => {
  it('is reported, and does not take the bridge down', async () => {
    const bridge = await startBridgeProcess({ MK0R_AGENT_CMD: '["/no/such/agent"]' });
    try {
      const answer = await bridge.ask('POST', '/initialize', {});
      expect(answer.status).toBe(502);
      expect(JSON.parse(answer.body).code).toBe('agent_not_found');
      expect(await bridge.json('GET', '/health')).toMatchObject({ agent: { state: 'crashed' } });
    } finally {
      await bridge.stop();
    }
  });
});
