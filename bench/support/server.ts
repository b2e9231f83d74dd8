import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Started, start } from '../../api/composition/start.ts';
import { readConfig } from '../../api/config.ts';
import { createLogger, createScrubber } from '../../api/log.ts';
import type { World } from '../../commands/effects/context.ts';
import { rightOf } from '../../domain/testing/outcome.ts';

export type BenchServer = Started & { readonly world: World };

const directory = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'mk0r-bench-'));
  // Postgres and the sandboxes run as users of their own below it.
  chmodSync(path, 0o711);
  return path;
};

/** One data directory for the whole bench: the template is baked once. */
export const createBench = () => {
  const dataDir = directory();
  return {
    /** The real server in this process, with the world as given to `decorate`. */
    serve: async (
      poolTarget: number,
      decorate: (world: World) => World = (world) => world,
      level: 'error' | 'fatal' = 'error',
    ): Promise<BenchServer> => {
      const config = rightOf(
        readConfig({
          PORT: '0',
          MK0R_DATA_DIR: dataDir,
          VM_POOL_TARGET_SIZE: String(poolTarget),
          MK0R_RATE_LIMITS: 'off',
        }),
      );
      const scrubber = createScrubber();
      const logger = createLogger({ level, format: 'json', scrub: scrubber, out: process.stderr });
      const used: { world?: World } = {};
      const started = await start(config, {
        logger,
        scrubber,
        say: () => undefined,
        decorate: (world) => {
          used.world = decorate(world);
          return used.world;
        },
      });
      if (used.world === undefined) throw new Error('the server started without a world');
      return { ...started, world: used.world };
    },
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
};

export type Bench = ReturnType<typeof createBench>;
