import { isLeft } from 'fp-ts/lib/Either.js';
import { start } from './composition/start.ts';
import { StartError } from './composition/start-error.ts';
import { loadEnvFile } from './config/env-file.ts';
import { type Config, readConfig } from './config.ts';
import { createShutdown, onSignals } from './lifecycle/shutdown.ts';
import { createLogger, createScrubber } from './log.ts';

const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(1);

const fail = (message: string): never => {
  process.stderr.write(`\nmk0r cannot start.\n${message}\n\n`);
  process.exit(1);
};

const serve = async (config: Config): Promise<void> => {
  const scrubber = createScrubber();
  for (const secret of [config.adminToken, config.poolAdminToken]) if (secret) scrubber.register(secret);
  const logger = createLogger({ ...config.log, scrub: scrubber });
  for (const warning of config.warnings) logger.warn(warning);

  // From the very beginning: a start that is broken off must stop what it has started, too.
  const shutdown = createShutdown(logger);
  onSignals(shutdown, logger);
  try {
    const say = (line: string): void => logger.info(line);
    const { url, sandboxes } = await start(config, { logger, scrubber, say, shutdown });
    logger.info({ isolation: sandboxes.isolation.tier }, `ready in ${seconds()} s — open ${url}`);
  } catch (error) {
    if (!(error instanceof StartError)) logger.error({ err: error }, 'start failed');
    fail(error instanceof Error ? error.message : String(error));
  }
};

loadEnvFile();
const config = readConfig(process.env);
if (isLeft(config)) fail(config.left.map(({ message }) => `- ${message}`).join('\n'));
else await serve(config.right);
