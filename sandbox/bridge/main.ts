import { startBridge } from './bridge.ts';
import { readConfig } from './config.ts';
import { messageOf } from './http/problem.ts';

/** Children have a second to leave; a shutdown that takes longer than this is not going to end. */
const SHUTDOWN_MS = 5_000;

const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  delete process.env.MK0R_BRIDGE_TOKEN;
  const bridge = await startBridge(config);
  console.log('bridge ready');

  const shutdown = (): void => {
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    bridge.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', shutdown);
  process.once('SIGINT', shutdown);
};

main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exit(1);
});
