import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createVms } from './vms.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

test('a call that E2B does not answer ends when it is given up, whatever was collected as garbage meanwhile', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const apiUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const apiKey = 'e2b_0123456789abcdef0123456789abcdef01234567';
  const vms = createVms({
    settings: { apiKey, apiUrl },
    instance: 'test',
    template: 'mk0r-app',
    network: {},
  });
  const attempt = new AbortController();
  const heard = once(silent, 'request');
  const created = vms.create({ name: 'mk0r-given-up', sessionId: 's' }, attempt.signal);
  created.catch(() => undefined);
  await heard;
  for (let time = 0; time < 5; time += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  attempt.abort();
  await expect(created).rejects.toMatchObject({ code: 'aborted' });
  silent.closeAllConnections();
  silent.close();
});
