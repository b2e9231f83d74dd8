import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freePort, type RunningBridge, startBridgeProcess, TOKEN } from './fixtures/harness.ts';
import { joinLink } from './link/join.ts';

describe('a bridge that is reached over the network', () => {
  let bridge: RunningBridge;
  let port: number;
  let forwarded: number;

  beforeEach(async () => {
    [port, forwarded] = [await freePort(), await freePort()];
    bridge = await startBridgeProcess({
      MK0R_BRIDGE_PORT: String(port),
      MK0R_FORWARDS: `${forwarded}=link`,
    });
  });
  afterEach(() => bridge.stop());

  const openLink = (epoch?: string, token = TOKEN): WebSocket => {
    const query = epoch === undefined ? '' : `?epoch=${epoch}`;
    return new WebSocket(`ws://127.0.0.1:${port}/link${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
  };
  const offer = async (epoch?: string, token = TOKEN): Promise<WebSocket> => {
    const link = openLink(epoch, token);
    await once(link, 'open');
    return link;
  };
  const dial = () => connect({ host: '127.0.0.1', port: forwarded, allowHalfOpen: true });

  it('answers there as it does on its socket, to who has the token', async () => {
    const health = (token: string) =>
      fetch(`http://127.0.0.1:${port}/health`, { headers: { authorization: `Bearer ${token}` } });
    expect((await health('wrong')).status).toBe(401);
    expect(await (await health(TOKEN)).json()).toMatchObject({ ok: true });
    await expect(offer('one', 'wrong')).rejects.toThrow('401');
  });

  it('makes a connection to a forwarded port one to the control plane, to its last byte', async () => {
    const link = await offer('one');
    const said: string[] = [];
    const answered = new Promise<void>((resolve) => {
      link.on('message', (data, isBinary) => {
        said.push(isBinary ? 'bytes' : String(data));
        if (String(data) !== 'end') return;
        link.send(Buffer.from('hello from outside'), () => link.send('end', () => resolve()));
      });
    });
    const inner = dial();
    inner.end('hello');
    expect(await text(inner)).toBe('hello from outside');
    await answered;
    expect(said).toEqual([String(forwarded), 'bytes', 'end']);
  });

  it('keeps a connection waiting until an offer comes', async () => {
    const inner = dial();
    await once(inner, 'connect');
    const link = openLink('one');
    const [first] = await once(link, 'message');
    expect(String(first)).toBe(String(forwarded));
    inner.destroy();
    link.send('end');
    await once(link, 'close');
  });

  it('carries megabytes at the pace of who reads them', async () => {
    const link = await offer('one');
    const echo = dial();
    await once(link, 'message');
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const address = server.address();
    const target = typeof address === 'object' && address !== null ? address.port : 0;
    joinLink(connect({ host: '127.0.0.1', port: target, allowHalfOpen: true }), link);
    const long = 'mk0r '.repeat(2_000_000);
    echo.end(long);
    expect((await text(echo)) === long).toBe(true);
    server.close();
  });

  it('ends what was left standing before a pause, also where somebody is connected through it', async () => {
    const old = await offer('one');
    const inner = dial();
    await once(old, 'message');
    const cut = once(inner, 'error');
    const [watching, beside] = [await offer(), await offer('two')];
    expect([old.readyState, beside.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    await offer('three&anew');
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(watching.readyState).toBe(WebSocket.OPEN);
  });
});
