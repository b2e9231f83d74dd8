import { rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevServer, type PreviewState, superviseDevServer } from '../dev-server/supervisor.ts';
import { createTunnel } from '../tunnel.ts';
import { checkOut } from './checkout.ts';

/** `closed`: no version is shown. `idleMs`: since anybody last asked it for anything. */
export type VersionReport = {
  readonly state: PreviewState | 'closed';
  readonly sha?: string;
  readonly idleMs: number;
  readonly log: string;
};

export type Versions = {
  /** Another version in place of the one that was shown. Answers when its dev server has been started. */
  readonly open: (version: {
    readonly sha: string;
    readonly env: Readonly<Record<string, string>>;
  }) => Promise<void>;
  readonly report: () => Promise<VersionReport>;
  readonly close: () => Promise<void>;
  /** Where its pages are asked for; whoever comes while none is shown is turned away. */
  readonly tunnel: () => Server;
};

const LOG_CHARACTERS = 4_000;
const PATIENCE_MS = 3_000;
const LOOK_EVERY_MS = 30_000;

/**
 * One older version of the app beside the one that is worked on: its files in a directory of their own, its own dev server
 * on a port of its own, and of the app's variables only those it is given. Unused, it closes: whoever has opened it may be
 * no more, and a sandbox that is paused goes on with it where it had stopped.
 */
export const createVersions = (options: {
  readonly appDir: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  readonly idleMs: number;
}): Versions => {
  const { port, idleMs } = options;
  const dir = join(tmpdir(), `mk0r-version-${process.pid}`);
  let shown: { readonly sha: string; readonly server: DevServer } | undefined;
  let usedAt = Date.now();
  let inTurn: Promise<void> = Promise.resolve();

  const close = async (): Promise<void> => {
    const before = shown;
    shown = undefined;
    await before?.server.stop();
    await rm(dir, { recursive: true, force: true });
  };

  /** One after the other: two that open at once would share the directory and the port. */
  const alone = (work: () => Promise<void>): Promise<void> => {
    const mine = inTurn.then(work);
    inTurn = mine.catch(() => undefined);
    return mine;
  };

  setInterval(
    () => {
      if (shown !== undefined && Date.now() - usedAt > idleMs) void alone(close);
    },
    Math.min(idleMs / 2, LOOK_EVERY_MS),
  ).unref();

  return {
    open: ({ sha, env }) =>
      alone(async () => {
        await close();
        await checkOut(options, sha, dir);
        usedAt = Date.now();
        shown = { sha, server: superviseDevServer({ appDir: dir, port, env: { ...options.env, ...env } }) };
      }),
    close: () => alone(close),
    report: async () => ({
      state: shown === undefined ? 'closed' : await shown.server.state(),
      ...(shown === undefined ? {} : { sha: shown.sha }),
      idleMs: Date.now() - usedAt,
      log: shown?.server.log().slice(-LOG_CHARACTERS) ?? '',
    }),
    tunnel: () =>
      createTunnel({ host: '127.0.0.1', port }, PATIENCE_MS).on('connection', (client) => {
        client.on('data', () => {
          usedAt = Date.now();
        });
      }),
  };
};
