import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxHost } from '../../../commands/ports/sandboxes.ts';
import { right } from '../../../domain/testing/outcome.ts';
import type { Asked } from '../../../tests/stand-ins/scripted.ts';
import { hasBwrap } from '../local/fixtures/machine.ts';
import { bootRequest } from '../sandboxes.contract-kit.ts';
import { type E2bAccount, openE2bAccount } from './fixtures/e2b-host.ts';
import { AWAKE_MS } from './settings.ts';

/** A round is due every 200 ms; how long one takes is the machine's affair. */
const PATIENT = { timeout: 30_000, interval: 50 };

const creating = ({ method, path }: Asked): boolean => method === 'POST' && path === '/v2/sandboxes';
const ending = ({ method }: Asked): boolean => method === 'DELETE';
const pausing = ({ path }: Asked): boolean => path.endsWith('/pause');

describe.runIf(hasBwrap)('Sandboxes at E2B', () => {
  let account: E2bAccount;
  let host: SandboxHost;
  const exits: string[] = [];
  let onExit: (name: string) => void = () => undefined;
  const exited = (name: string): Promise<void> =>
    new Promise((resolve) => {
      onExit = (ended) => (ended === name ? resolve() : undefined);
    });
  const of = (name: string) => account.standIn.live().filter((vm) => vm.name === name);
  /** A machine of that name as an attempt has it made that does not learn of it; answers its id. */
  const makeUnheard = (name: string): Promise<string> =>
    account.standIn.create({
      mk0rInstance: 'test',
      mk0rName: name,
      sessionId: bootRequest(name).sessionId,
    });

  beforeAll(async () => {
    account = await openE2bAccount();
    host = await account.open({
      roundEveryMs: 200,
      onExit: (name) => {
        exits.push(name);
        onExit(name);
      },
    });
  });
  afterEach(async () => {
    for (const { name } of account.standIn.live()) await right(host.destroy(name ?? ''));
  });
  afterAll(() => account.close());

  it('are taken over from an attempt that never learned it had made one', async () => {
    const made = account.standIn.made();
    account.standIn.next([{ after: true }], creating);
    expect(await host.boot(bootRequest('mk0r-lost'))()).toMatchObject({
      left: { code: 'e2b_unreachable', retryable: true },
    });
    const sandbox = await right(host.boot(bootRequest('mk0r-lost')));
    expect((await right(sandbox.exec({ cmd: ['true'], timeoutMs: 5_000 }))).exitCode).toBe(0);
    expect(account.standIn.made() - made).toBe(1);
    expect(of('mk0r-lost')).toHaveLength(1);
  });

  it('are one for each name, whatever earlier attempts have left', async () => {
    const [first] = [await makeUnheard('mk0r-three'), await makeUnheard('mk0r-three')];
    await right(host.boot(bootRequest('mk0r-three')));
    expect(of('mk0r-three').map(({ id }) => id)).toEqual([first]);
  });

  it('lose a second machine that an attempt makes after the name was served', async () => {
    await right(host.boot(bootRequest('mk0r-late')));
    const [mine] = of('mk0r-late');
    await makeUnheard('mk0r-late');
    await expect.poll(() => of('mk0r-late').map(({ id }) => id), PATIENT).toEqual([mine?.id]);
  });

  it('leave the sandboxes of another installation on the same account alone', async () => {
    const other = await account.open({ instance: 'another' });
    await right(other.boot(bootRequest('mk0r-same')));
    await right(host.boot(bootRequest('mk0r-same')));
    expect(of('mk0r-same')).toHaveLength(2);
    expect(await right(host.list())).toEqual([{ name: 'mk0r-same', state: 'running' }]);
    await right(host.destroy('mk0r-same'));
    expect(await right(other.list())).toEqual([{ name: 'mk0r-same', state: 'running' }]);
    await right(other.destroy('mk0r-same'));
  });

  it('are ended and put to sleep once, also where the answer got lost', async () => {
    await right(host.boot(bootRequest('mk0r-once')));
    account.standIn.next([{ after: true }], pausing);
    expect(await host.sleep('mk0r-once')()).toMatchObject({ left: { retryable: true } });
    await right(host.sleep('mk0r-once'));
    expect(of('mk0r-once')).toMatchObject([{ state: 'paused' }]);
    account.standIn.next([{ after: true }], ending);
    expect(await host.destroy('mk0r-once')()).toMatchObject({ left: { retryable: true } });
    await right(host.destroy('mk0r-once'));
    expect(of('mk0r-once')).toEqual([]);
  });

  it('go on while the server is restarted, and are known to the next one at once', async () => {
    const before = await right(host.boot(bootRequest('mk0r-stays')));
    await right(before.writeFile('/app/kept.txt', 'kept'));
    const made = account.standIn.made();
    const next = await account.open();
    const sandbox = next.running('mk0r-stays');
    expect(sandbox && (await right(sandbox.readFile('/app/kept.txt')))).toBe('kept');
    expect(account.standIn.made()).toBe(made);
    await next.close();
    expect(of('mk0r-stays')).toMatchObject([{ state: 'running' }]);
  });

  it('are not had as they were where their bridge has died meanwhile, and wake with another', async () => {
    const before = await account.open();
    const sandbox = await right(before.boot(bootRequest('mk0r-bridgeless')));
    await right(sandbox.writeFile('/app/kept.txt', 'kept'));
    await before.close();
    await sandbox.exec({ cmd: ['sh', '-c', 'kill -9 $PPID'], timeoutMs: 5_000 })();
    const next = await account.open();
    expect(next.running('mk0r-bridgeless')).toBeUndefined();
    expect(await next.wake({ ...bootRequest('mk0r-bridgeless'), joins: true })()).toMatchObject({
      left: { code: 'sandbox_exited', retryable: true },
    });
    const woken = await right(next.wake(bootRequest('mk0r-bridgeless')));
    expect(await right(woken.readFile('/app/kept.txt'))).toBe('kept');
    expect(await right(next.wake({ ...bootRequest('mk0r-bridgeless'), joins: true }))).toBe(woken);
    await next.close();
  });

  describe('of which a restart finds two, the younger made by an attempt that died', () => {
    const bootedThen = async (name: string, then: (host: SandboxHost) => Promise<unknown>) => {
      const before = await account.open();
      const sandbox = await right(before.boot(bootRequest(name)));
      await right(sandbox.writeFile('/app/kept.txt', 'kept'));
      const [mine] = of(name);
      await then(before);
      await before.close();
      await makeUnheard(name);
      const next = await account.open({ roundEveryMs: 200 });
      return { next, mine };
    };

    it('go on in the one they were in, and lose the other', async () => {
      const { next, mine } = await bootedThen('mk0r-second', async () => undefined);
      const sandbox = next.running('mk0r-second');
      expect(sandbox && (await right(sandbox.readFile('/app/kept.txt')))).toBe('kept');
      await expect.poll(() => of('mk0r-second').map(({ id }) => id), PATIENT).toEqual([mine?.id]);
      await next.close();
    });

    it('sleep on where they slept, and wake as they were', async () => {
      const { next, mine } = await bootedThen('mk0r-asleep', (before) => right(before.sleep('mk0r-asleep')));
      expect(next.running('mk0r-asleep')).toBeUndefined();
      const woken = await right(next.wake(bootRequest('mk0r-asleep')));
      expect(await right(woken.readFile('/app/kept.txt'))).toBe('kept');
      await expect.poll(() => of('mk0r-asleep').map(({ id }) => id), PATIENT).toEqual([mine?.id]);
      await next.close();
    });
  });

  it('are kept awake while a server looks after them', async () => {
    await right(host.boot(bootRequest('mk0r-awake')));
    const [{ id } = { id: '' }] = of('mk0r-awake');
    await fetch(`${account.standIn.url}/sandboxes/${id}/timeout`, {
      method: 'POST',
      headers: { 'x-api-key': account.settings.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ timeout: 30 }),
    });
    const left = () => (of('mk0r-awake')[0]?.endAt.getTime() ?? 0) - Date.now();
    expect(left()).toBeLessThan(31_000);
    await expect.poll(left, PATIENT).toBeGreaterThan(AWAKE_MS - 60_000);
  });

  it('are reported when E2B pauses them, and wake as they were', async () => {
    const sandbox = await right(host.boot(bootRequest('mk0r-timeup')));
    await right(sandbox.writeFile('/app/kept.txt', 'kept'));
    const gone = exited('mk0r-timeup');
    account.standIn.timeIsUp(of('mk0r-timeup')[0]?.id ?? '');
    await gone;
    expect(host.running('mk0r-timeup')).toBeUndefined();
    const woken = await right(host.wake(bootRequest('mk0r-timeup')));
    expect(await right(woken.readFile('/app/kept.txt'))).toBe('kept');
  });

  it('are reported when they vanish, and are then gone', async () => {
    await right(host.boot(bootRequest('mk0r-vanished')));
    const gone = exited('mk0r-vanished');
    await account.standIn.vanish(of('mk0r-vanished')[0]?.id ?? '');
    await gone;
    expect(await host.wake(bootRequest('mk0r-vanished'))()).toMatchObject({
      left: { code: 'sandbox_gone' },
    });
  });

  it('are reported when their bridge is killed from inside, and wake with another', async () => {
    const sandbox = await right(host.boot(bootRequest('mk0r-suicide')));
    await right(sandbox.writeFile('/app/kept.txt', 'kept'));
    const gone = exited('mk0r-suicide');
    await sandbox.exec({ cmd: ['sh', '-c', 'kill -9 $PPID'], timeoutMs: 5_000 })();
    await gone;
    const woken = await right(host.wake(bootRequest('mk0r-suicide')));
    expect(await right(woken.readFile('/app/kept.txt'))).toBe('kept');
  });

  it('reach a service of this machine again after a pause', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const request = bootRequest('mk0r-linked', {
      forwards: [{ port: 5432, target: { host: '127.0.0.1', port } }],
    });
    const script = `require('net').connect(5432, '127.0.0.1').pipe(process.stdout)`;
    await right(host.boot(request));
    await right(host.sleep('mk0r-linked'));
    const woken = await right(host.wake({ ...request, signal: AbortSignal.timeout(30_000) }));
    const said = await right(woken.exec({ cmd: ['node', '-e', script], timeoutMs: 10_000 }));
    expect(said.stdout).toBe('hello');
    server.close();
  });

  it('show their previews and their bridge to nobody without their token', async () => {
    const { preview, bridge } = await right(host.boot(bootRequest('mk0r-private')));
    for (const { origin, headers } of [preview, bridge]) {
      const { 'e2b-traffic-access-token': token, ...rest } = headers;
      expect(token).toMatch(/^[0-9a-f]{64}$/);
      expect((await fetch(origin, { headers: rest })).status).toBe(403);
    }
  });

  it('have a bridge that no time limit ends, not even the minute the SDK gives every command', async () => {
    const before = account.standIn.asked().length;
    const sandbox = await right(host.boot(bootRequest('mk0r-lasting')));
    const starts = account.standIn
      .asked()
      .slice(before)
      .filter(({ path }) => path.endsWith('/process.Process/Start'));
    expect(starts).toHaveLength(1);
    // What the stand-in ends a command by, as envd does; nothing listens to the command either.
    expect(starts[0]?.headers['connect-timeout-ms']).toBeUndefined();
    expect((await right(sandbox.exec({ cmd: ['true'], timeoutMs: 5_000 }))).exitCode).toBe(0);
  });

  it('run what is run in them by the Node of the runtime, whatever the image has besides', async () => {
    const sandbox = await right(host.boot(bootRequest('mk0r-node')));
    const found = await right(sandbox.exec({ cmd: ['sh', '-c', 'command -v node'], timeoutMs: 5_000 }));
    expect(found.stdout.trim()).toBe('/opt/mk0r/bin/node');
  });

  it('are given their bridge’s token where no process list shows it', async () => {
    const request = bootRequest('mk0r-token');
    const sandbox = await right(host.boot(request));
    const lines = await right(sandbox.exec({ cmd: ['sh', '-c', 'cat /proc/*/cmdline'], timeoutMs: 5_000 }));
    expect(lines.stdout).toContain('bridge/main.ts');
    expect(lines.stdout).not.toContain(request.bridgeToken);
  });
});

describe.runIf(hasBwrap)('What E2B refuses', () => {
  let account: E2bAccount;
  beforeAll(async () => {
    account = await openE2bAccount({ concurrent: 1 });
  });
  afterAll(() => account.close());

  it('is said in words that say what to do, and tried again where that may help', async () => {
    const host = await account.open();
    const boot = host.boot(bootRequest('mk0r-refused'));
    const answers = [
      [
        { status: 401, body: { code: 401, message: 'x' } },
        { code: 'e2b_key_refused', retryable: false },
      ],
      [
        { status: 400, body: { code: 400, message: 'x' } },
        { code: 'e2b_refused', retryable: false },
      ],
      [
        { status: 503, body: { code: 503, message: 'x' } },
        { code: 'e2b_busy', retryAfterMs: 5_000 },
      ],
      [
        { status: 500, body: { code: 500, message: 'Failed to place sandbox' } },
        { code: 'e2b_failed', retryAfterMs: 5_000 },
      ],
      [{ status: 429, body: { code: 429, message: 'rate limit' } }, { code: 'e2b_rate_limited' }],
    ] as const;
    for (const [answer, left] of answers) {
      account.standIn.next([answer], creating);
      expect(await boot()).toMatchObject({ left });
    }
    expect(account.standIn.live()).toEqual([]);
  });

  it('leaves waiting for a rate limit to the log, which shows it, and asks once', async () => {
    const host = await account.open();
    const asked = account.standIn.asked().length;
    const limit = { status: 429, headers: { 'retry-after': '1' }, body: { code: 429, message: '' } };
    account.standIn.next([limit]);
    expect(await host.list()()).toMatchObject({ left: { code: 'e2b_rate_limited', retryAfterMs: 5_000 } });
    expect(account.standIn.asked().length - asked).toBe(1);
  });

  it('names a key that is wrong, and a template nobody has built', async () => {
    const foreign = await account.open({
      settings: { ...account.settings, apiKey: 'e2b_wrong' },
    });
    expect(await foreign.list()()).toMatchObject({ left: { code: 'e2b_key_refused' } });
    const unbuilt = await account.open({ template: 'mk0r-app:none' });
    expect(await unbuilt.boot(bootRequest('mk0r-none'))()).toMatchObject({
      left: { code: 'e2b_template_missing', message: expect.stringContaining('npm run sandbox:build') },
    });
  });

  it('does not hammer an account that is full', async () => {
    const host = await account.open();
    await right(host.boot(bootRequest('mk0r-only')));
    expect(await host.boot(bootRequest('mk0r-more'))()).toMatchObject({
      left: { code: 'e2b_full', retryable: true, retryAfterMs: 30_000 },
    });
  });
});
