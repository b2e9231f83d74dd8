import type { ProviderError } from '../../commands/ports/services.ts';

/** SQLSTATEs (and socket errors) after which the same call may well succeed: server starting, stopping or full up. */
const RETRYABLE = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '55006', // object_in_use
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * What a failed database call means to the caller: `aborted`, `database_timeout`, `database_full`,
 * `database_unavailable` (these four retryable) or `database_error`. Postgres messages name objects, never values.
 */
export const toProviderError =
  (doing: string, signal?: AbortSignal) =>
  (error: unknown): ProviderError => {
    if (signal?.aborted)
      return { code: 'aborted', message: `${doing}: stopped by its deadline`, retryable: true };
    const code = codeOf(error);
    const said = error instanceof Error ? error.message : String(error);
    const message = `${doing}: ${said.slice(0, 300)}`;
    if (code === '57014' || /timeout/i.test(said))
      return { code: 'database_timeout', message, retryable: true };
    if (code === '53100') return { code: 'database_full', message, retryable: true };
    // pg reports a connection that went away in mid-query without a code.
    if (
      (code !== undefined && RETRYABLE.has(code)) ||
      (code === undefined && /connection|client/i.test(said))
    ) {
      return { code: 'database_unavailable', message, retryable: true };
    }
    return { code: 'database_error', message, retryable: false };
  };
