import type { Config } from '../config.ts';
import { SERVICE_CHECKS } from './checks.ts';

type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

/**
 * Asks every configured service whether its key works, and says in the log what an operator has to do. Nobody waits for
 * it: a service that is away for a moment keeps no server from starting, and every session tries for itself.
 */
export const examineServices = async (config: Config, log: Log, signal: AbortSignal): Promise<void> => {
  const findings = await Promise.all(SERVICE_CHECKS.map((check) => check(config, signal)));
  if (signal.aborted) return;
  for (const { part, by, state, identity, limits, ms, advice } of findings) {
    if (by === 'embedded') continue;
    if (state === 'works') log.info({ part, by, ms }, `${part} at ${by}: ${identity} · ${limits}`);
    else log.warn({ part, by, ms }, `${part} at ${by}: ${state}. ${advice.join(' ')}`);
  }
};
