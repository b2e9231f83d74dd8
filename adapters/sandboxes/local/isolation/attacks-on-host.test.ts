import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../../commands/ports/sandboxes.ts';
import { right } from '../../../../domain/testing/outcome.ts';
import { bootRequest } from '../../sandboxes.contract-kit.ts';
import { type LocalHost, openLocalHost } from '../fixtures/local-host.ts';
import { removeTree } from '../remove.ts';

describe('A sandbox that lays traps for the server', () => {
  const outside = mkdtempSync(join(tmpdir(), 'mk0r-outside-'));
  let open: LocalHost;
  let sandbox: Sandbox;
  const sh = (script: string) => right(sandbox.exec({ cmd: ['sh', '-c', script], timeoutMs: 10_000 }));

  beforeAll(async () => {
    open = await openLocalHost();
    sandbox = await right(open.host.boot(bootRequest('mk0r-trap')));
  });
  afterAll(async () => {
    await open.close();
    await removeTree(outside);
  });

  it('does not get a file outside of it written by putting a link where .env belongs', async () => {
    const target = join(outside, 'target');
    writeFileSync(target, 'untouched');
    await sh(`rm -f /app/.env; ln -s '${target}' /app/.env`);
    await sandbox.writeFile('/app/.env', 'SECRET=1')();
    expect(readFileSync(target, 'utf8')).toBe('untouched');
  });

  it('does not get a file outside of it read', async () => {
    await sh('ln -sfn /etc/hostname /app/link; ln -sfn / /app/root');
    expect(await sandbox.readFile('/app/link')()).toMatchObject({ _tag: 'Left' });
    expect(await sandbox.readFile('/app/root/etc/passwd')()).toMatchObject({ _tag: 'Left' });
    expect(await sandbox.readFile('/app/../etc/passwd')()).toMatchObject({ _tag: 'Left' });
  });

  it('does not get the server to talk to another socket of the host in its bridge’s place', async () => {
    let connections = 0;
    const socket = join(outside, 'host.sock');
    const server = createServer((connection) => {
      connections += 1;
      connection.destroy();
    });
    await new Promise<void>((listening) => server.listen(socket, listening));
    const swap =
      'for s in bridge preview; do rm "$MK0R_RUN_DIR/$s.sock"; ln -s "$0" "$MK0R_RUN_DIR/$s.sock"; done';
    await right(sandbox.exec({ cmd: ['sh', '-c', swap, socket], timeoutMs: 30_000 }));
    expect((await sh('echo still here')).stdout).toBe('still here\n');
    expect(connections).toBe(0);
    await new Promise((closed) => server.close(closed));
  });

  it('is removed, however deep and closed the directories it leaves behind', async () => {
    const deep = await right(open.host.boot(bootRequest('mk0r-deep')));
    const dig =
      'for i in $(seq 300); do mkdir dddddddddddddddddddd && cd dddddddddddddddddddd; done; mkdir closed; chmod 0 closed';
    await right(deep.exec({ cmd: ['sh', '-c', dig], timeoutMs: 20_000 }));
    await right(open.host.destroy('mk0r-deep'));
    expect((await right(open.host.list())).map(({ name }) => name)).not.toContain('mk0r-deep');
  });

  it('cannot be named so that its directory lies elsewhere', async () => {
    mkdirSync(join(outside, 'victim'));
    const refused = await open.host.destroy('../../victim')();
    expect(refused).toMatchObject({ left: { code: 'sandbox_name_invalid' } });
  });
});
