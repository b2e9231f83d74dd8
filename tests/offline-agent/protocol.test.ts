import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { methods, PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import { describe, expect, it } from 'vitest';
import { withRig } from './rig.ts';

/** The command lines of the programs that `pid` has started and that still run. */
const childrenOf = async (pid: number): Promise<string[]> => {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const lines = await Promise.all(
    children.map((child) => readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line !== '');
};

describe('the offline agent over ACP', () => {
  const rig = withRig();

  it('says who it is', async () => {
    const answer = await rig.agent.context.request(methods.agent.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      clientCapabilities: {},
    });
    expect(answer.agentInfo).toMatchObject({ name: 'mk0r-offline-agent' });
  });

  it('offers the model “offline” and takes “haiku” for it', async () => {
    const { agent, app } = rig;
    const created = await agent.context.request(methods.agent.session.new, { cwd: app.cwd, mcpServers: [] });
    expect(created.configOptions).toMatchObject([{ id: 'model', currentValue: 'offline' }]);
    const select = (value: string) =>
      agent.context.request(methods.agent.session.setConfigOption, {
        sessionId: created.sessionId,
        configId: 'model',
        value,
      });
    await expect(select('haiku')).resolves.toMatchObject({ configOptions: [{ currentValue: 'offline' }] });
    await expect(select('gpt')).rejects.toThrow();
  });

  it('resumes a session by its directory, and refuses one it never heard of', async () => {
    const { agent, app } = rig;
    await agent.context.request(methods.agent.session.resume, { sessionId: 'kept', cwd: app.cwd });
    expect((await agent.tell('kept', 'hello')).stopReason).toBe('end_turn');
    await expect(agent.tell('unheard-of', 'hello')).rejects.toThrow();
  });

  it('streams its words in small pieces', async () => {
    const told = await rig.tell('hello');
    const chunks = told.updates.filter(({ sessionUpdate }) => sessionUpdate === 'agent_message_chunk');
    expect(chunks.length).toBeGreaterThan(10);
  });

  it('stops when cancelled: no child left, every file as it was', async () => {
    const { agent, app } = rig;
    const sessionId = await agent.newSession();
    const before = await filesOf(app.cwd);
    const told = await agent.tell(sessionId, 'Build me a habit tracker', (update) => {
      if (update.sessionUpdate === 'tool_call' && update.title === 'npm run db:change') {
        void agent.context.notify(methods.agent.session.cancel, { sessionId });
      }
    });
    expect(told.stopReason).toBe('cancelled');
    // The worker waits for the next turn.
    expect((await childrenOf(agent.pid)).filter((line) => !line.includes('worker/main.ts'))).toEqual([]);
    expect(await filesOf(app.cwd)).toEqual(before);
  });

  it('leaves an app alone that it did not build', async () => {
    const { app } = rig;
    const theirs = 'export const App = () => <main>mine</main>;\n';
    await writeFile(join(app.cwd, 'src/App.tsx'), theirs);
    const told = await rig.tell('Build me a habit tracker');
    expect(told.text).toContain('was not built by me');
    expect(await readFile(join(app.cwd, 'src/App.tsx'), 'utf8')).toBe(theirs);
  });
});

/** Paths and contents of the app's own files. */
async function filesOf(cwd: string): Promise<Record<string, string>> {
  const folders = ['.', 'src', 'src/lib', 'src/components', 'server', 'tests'];
  const found = folders.map(async (folder) => {
    const entries = await readdir(join(cwd, folder), { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  });
  const paths = (await Promise.all(found)).flat();
  const read = paths.map(async (path) => [path, await readFile(join(cwd, path), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
}
