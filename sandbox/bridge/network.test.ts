import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  eventually,
  freePort,
  type RunningBridge,
  startBridgeProcess,
  TOKEN,
  unixRequest,
} from './fixtures/harness.ts';

describe('the app and the services', () => {
  let bridge: RunningBridge;
  let service: Server;
  let port: number;

  beforeAll(async () => {
    const socketPath = join(tmpdir(), `mk0r-fwd-${process.pid}.sock`);
    // Answers once it has heard everything: an end that is not passed on would hang it.
    service = createServer({ allowHalfOpen: true }, async (socket) => {
      socket.end((await text(socket)).toUpperCase());
    }).listen(socketPath);
    await once(service, 'listening');
    port = await freePort();
    bridge = await startBridgeProcess({ MK0R_FORWARDS: `${port}=${socketPath}` });
  });
  afterAll(async () => {
    await bridge.stop();
    service.close();
  });

  const speak = async (words: string): Promise<string> => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    socket.end(words);
    return text(socket);
  };

  type Page = { pid: number; port: string; secrets: string[] };
  /** A connection a dying server had still accepted is reset; one made after that waits for its successor. */
  const page = (): Promise<Page> =>
    eventually(() =>
      unixRequest(bridge.previewSocketPath, 'GET', '/').then(
        ({ body }) => JSON.parse(body),
        () => undefined,
      ),
    );

  it('carries bytes both ways, to the last one', async () => {
    expect(await speak('select 1')).toBe('SELECT 1');
    const long = 'bytes '.repeat(200_000);
    expect(await speak(long)).toBe(long.toUpperCase());
  });

  it('shows the app, which knows its port and none of our secrets', async () => {
    const shown = await page();
    expect(Number(shown.port)).toBeGreaterThan(0);
    expect(shown.secrets).toEqual([]);
  });

  it('starts the dev server again when it crashes, and the preview waits for it', async () => {
    const before = await page();
    await unixRequest(bridge.previewSocketPath, 'GET', '/crash').catch(() => undefined);
    const after = await page();
    expect(after.pid).not.toBe(before.pid);
    // It looks for itself, and not for long: on a machine that is busy it may not see at once that there is one.
    const preview = await eventually(async () => {
      const seen = await bridge.json<{ state: string; restarts: number; log: string }>('GET', '/preview/log');
      return seen.state === 'ready' && seen;
    });
    expect(preview.restarts).toBe(1);
    expect(preview.log).toContain('dev server going down');
  });

  it('says that the dev server is down while it is', async () => {
    await rm(join(bridge.appDir, 'node_modules'), { recursive: true });
    await unixRequest(bridge.previewSocketPath, 'GET', '/crash').catch(() => undefined);
    await eventually(async () => {
      const { preview } = await bridge.json<{ preview: { state: string } }>('GET', '/health');
      return preview.state === 'crashed';
    });
  });
});

describe('a bridge that ends', () => {
  const portIsFree = async (port: number): Promise<boolean> => {
    const socket = connect(port, '127.0.0.1');
    return once(socket, 'connect').then(
      () => {
        socket.destroy();
        return false;
      },
      () => true,
    );
  };

  it.each(['SIGTERM', 'SIGKILL'] as const)('takes the dev server with it (%s)', async (signal) => {
    const port = await freePort();
    const bridge = await startBridgeProcess({ MK0R_PREVIEW_PORT: String(port) });
    await eventually(async () => !(await portIsFree(port)));
    bridge.process.kill(signal);
    await once(bridge.process, 'exit');
    await eventually(() => portIsFree(port));
    await bridge.stop();
  });

  it('refuses to start on a bad configuration, naming the variable and not its value', async () => {
    const start = startBridgeProcess({ MK0R_FORWARDS: 'nonsense', MK0R_BRIDGE_TOKEN: 'short' });
    const error = await start.catch((reason: Error) => reason);
    expect(String(error)).toContain('MK0R_FORWARDS');
    expect(String(error)).toContain('MK0R_BRIDGE_TOKEN');
    expect(String(error)).not.toContain(TOKEN);
  });
});
