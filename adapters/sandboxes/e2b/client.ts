import { E2B } from 'e2b';
import type { E2bSettings } from './settings.ts';

/**
 * The SDK with our settings. `retries: 0`: it would wait for a 429 by itself, and sends a clone of every request for
 * that, which neither the caller's signal nor the SDK's own timeout reaches any more once the original was collected
 * as garbage. A call that E2B does not answer would then never end. What is refused for now is tried again by the log.
 */
export const e2bClient = (settings: E2bSettings, requestTimeoutMs: number): E2B =>
  new E2B({ ...settings, debug: false, requestTimeoutMs, retries: 0 });
