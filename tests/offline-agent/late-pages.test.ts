import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { replace, startApp, type TestApp } from './app.ts';

/** Of the template’s own dev server: when a page was served, and whether the edit has reached who asks now. */
describe('a page that is still loading when an edit is made', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({});
  });
  afterAll(() => app?.close());

  const text = async (path: string): Promise<string> => (await fetch(`${app.origin}${path}`)).text();

  /** As a browser does: what the page imports is asked for after it. */
  const served = async (): Promise<number> => {
    const page = await text('/');
    await text('/src/main.tsx');
    await text('/src/App.tsx');
    return Number(/send\(\\?['"]app:page\\?['"], (\d+)\)/.exec(page)?.[1]);
  };

  /** Connects, says when its page was served, and answers what it is told: until then, or for a moment. */
  const connected = async (servedAt: number, until?: string): Promise<readonly string[]> => {
    const token = /wsToken = "([^"]+)"/.exec(await text('/@vite/client'))?.[1];
    const socket = new WebSocket(`${app.origin.replace('http', 'ws')}/?token=${token}`, 'vite-hmr');
    const told: string[] = [];
    socket.on('message', (data) => told.push(JSON.parse(String(data)).type));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ type: 'custom', event: 'app:page', data: servedAt }));
    await expect.poll(() => told).toContain('connected');
    if (until === undefined) await sleep(300);
    else await expect.poll(() => told).toContain(until);
    socket.close();
    return told;
  };

  const edit = async (): Promise<void> => {
    const path = join(app.cwd, 'src/App.tsx');
    await replace(path, `${await readFile(path, 'utf8')}\n// edited\n`);
    await expect.poll(() => text('/src/App.tsx')).toContain('// edited');
  };

  it('is loaded anew as soon as it is connected, and once', async () => {
    const before = await served();
    expect(before).toBeGreaterThan(0);
    // What Vite has kept for the first who connects is theirs.
    await connected(Date.now() + 60_000);
    expect(await connected(before)).not.toContain('full-reload');
    await edit();
    await connected(before, 'full-reload');
    expect(await connected(await served())).not.toContain('full-reload');
  });
});
