import { isLeft } from 'fp-ts/lib/Either.js';
import { start } from './composition/start.ts';
import { StartError } from './composition/start-error.ts';
import { readConfig } from './config.ts';
import { createLogger, createScrubber } from './log.ts';

const startedAt = performance.now();
const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(1);

const fail = (message: string): never => {
  process.stderr.write(`\nmk0r cannot start.\n${message}\n\n`);
  process.exit(1);
};

const config = readConfig(process.env);
if (isLeft(config)) fail(config.left.map(({ message }) => `- ${message}`).join('\n'));
else {
  const scrubber = createScrubber();
  for (const secret of [config.right.adminToken, config.right.poolAdminToken])
    if (secret) scrubber.register(secret);
  const logger = createLogger({ ...config.right.log, scrub: scrubber });
  for (const warning of config.right.warnings) logger.warn(warning);
  const say = (line: string): void => logger.info(line);

  try {
    const started = await start(config.right, { logger, scrubber, say });
    logger.info(
      { isolation: started.sandboxes.isolation.tier },
      `ready in ${seconds()} s — open ${started.url}`,
    );
    const stop = (signal: string) => {
      logger.info(`${signal}: stopping`);
      started.close().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ error: String(error) }, 'did not stop cleanly');
          process.exit(1);
        },
      );
    };
    process.once('SIGINT', () => stop('SIGINT'));
    process.once('SIGTERM', () => stop('SIGTERM'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof StartError)) logger.error({ err: error }, 'start failed');
    fail(message);
  }
}
