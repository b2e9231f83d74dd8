import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Derive } from '../../../commands/identifiers.ts';
import type { Forward } from '../../../commands/ports/sandboxes.ts';
import type { ServiceProvider } from '../../../commands/ports/services.ts';
import type { Config } from '../../config.ts';
import type { Logger } from '../../log.ts';

/** One service of a session as this server serves it: with an embedded part, or in the cloud. */
export type Part<P extends ServiceProvider = ServiceProvider> = {
  readonly provider: P;
  /** What sandboxes must be able to reach on this machine for it. */
  readonly forwards: readonly Forward[];
  /** By whom it is served, and how that is: `embedded, up`, `neon`. */
  readonly health: () => string;
  readonly isUp: () => boolean;
  readonly close: () => unknown;
};

export type PartOptions = {
  readonly config: Config;
  readonly publicUrl: string;
  readonly derive: Derive;
  readonly logger: Logger;
  /**
   * What sandboxes reach by themselves: nothing but what is forwarded to them, or the internet as well. `elsewhere`: it
   * is another process that sandboxes are linked to.
   */
  readonly sandboxNetwork: 'loopback' | 'internet' | 'elsewhere';
};

export const LOOPBACK = '127.0.0.1';

/** Makes a port of this machine the same port inside every sandbox. */
export const forward = (port: number, target = port): Forward => ({
  port,
  target: { host: LOOPBACK, port: target },
});

/** The folder of a part below the data directory, made where missing. */
export const partFolder = ({ config }: PartOptions, name: string): string => {
  const path = join(config.dataDir, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
};

/** Whether a sandbox gets to that address only through this server: it has no network, or it is an address of ours. */
export const needsRelay = ({ sandboxNetwork }: PartOptions, url: string | undefined): boolean =>
  sandboxNetwork === 'loopback' ||
  (sandboxNetwork === 'internet' &&
    url !== undefined &&
    /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname));
