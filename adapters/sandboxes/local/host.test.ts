import { afterEach, describe, expect, it } from 'vitest';
import { sandboxHostContract } from '../sandboxes.contract.ts';
import { bootRequest, must } from '../sandboxes.contract-kit.ts';
import { type LocalHost, openLocalHost } from './fixtures/local-host.ts';

sandboxHostContract('the strongest tier of this machine', () => openLocalHost());
sandboxHostContract('the process tier', () => openLocalHost({ atMost: 'process' }));

describe('A local sandbox whose bridge is killed from inside', () => {
  let open: LocalHost;
  afterEach(() => open.close());

  it('is reported, counts as stopped, and wakes again', async () => {
    let report: (name: string) => void = () => undefined;
    const reported = new Promise<string>((resolve) => {
      report = resolve;
    });
    open = await openLocalHost({ onExit: (name) => report(name) });
    const sandbox = await must(open.host.boot(bootRequest('mk0r-suicide')));
    await sandbox.exec({ cmd: ['sh', '-c', 'kill -9 $PPID'], timeoutMs: 5_000 })();
    expect(await reported).toBe('mk0r-suicide');
    expect(open.host.running('mk0r-suicide')).toBeUndefined();
    expect(await must(open.host.list())).toEqual([{ name: 'mk0r-suicide', state: 'stopped' }]);
    await must(open.host.wake(bootRequest('mk0r-suicide')));
  });
});
