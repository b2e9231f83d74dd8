import { setTimeout as sleep } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { BootRequest, HttpEndpoint } from '../../../../commands/ports/sandboxes.ts';
import { bridgeRequest } from '../../../bridge-http.ts';
import { bridgeExited, SandboxFailure } from '../../failure.ts';
import type { SandboxPaths } from '../paths.ts';
import type { BridgeProcess } from '../processes/bridge-process.ts';
import { takeSocket } from './links.ts';

const HEALTHY_WITHIN_MS = 25_000;
const LOOK_EVERY_MS = 10;
const HEALTH_TIMEOUT_MS = 2_000;
export const bridgeSockets = {
  bridge: 'bridge.sock',
  preview: 'preview.sock',
  version: 'version.sock',
} as const;

/**
 * Waits until the bridge has made its sockets, which are taken hold of, and answers `GET /health`. Throws
 * `bridge_exited` with its last words as the cause, or `sandbox_boot_timeout`.
 */
export const untilHealthy = async (
  bridge: BridgeProcess,
  paths: SandboxPaths,
  endpoint: HttpEndpoint,
  request: BootRequest,
): Promise<void> => {
  const { name, bridgeToken, signal } = request;
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const taken = Object.values(bridgeSockets).map((socket) => takeSocket(paths.run, paths.links, socket));
    if (taken.every(Boolean)) {
      const health = { method: 'GET', path: '/health', timeoutMs: HEALTH_TIMEOUT_MS, signal } as const;
      if (E.isRight(await bridgeRequest(endpoint, bridgeToken, health)())) return;
    }
    const how = bridge.outcome();
    if (how !== undefined) {
      throw bridgeExited(`The bridge of ${name} ended (${how}): ${bridge.lastWords()}`);
    }
    if (signal.aborted || performance.now() > deadline)
      throw new SandboxFailure(
        'sandbox_boot_timeout',
        `The bridge of ${name} did not become healthy in time.`,
        true,
      );
    await sleep(LOOK_EVERY_MS);
  }
};
