import type { ProviderError } from '../../../commands/ports/services.ts';

/** Of what git and Node say, this is nobody's business but the server's. */
const HOST_PATH = /(?<![\w:/])\/[^\s'":]+/g;

/** `aborted` · `repository_timeout` · `repository_full` (no space; these three retryable) · `repository_error`. */
export const toProviderError =
  (doing: string, signal?: AbortSignal) =>
  (error: unknown): ProviderError => {
    if (signal?.aborted)
      return { code: 'aborted', message: `${doing}: stopped by its deadline`, retryable: true };
    const said = error instanceof Error ? error.message : String(error);
    const message = `${doing}: ${said.slice(0, 300).replace(HOST_PATH, '(a path of the server)')}`;
    const name = error instanceof Error ? error.name : '';
    if (name === 'TimeoutError' || name === 'AbortError') {
      return { code: 'repository_timeout', message, retryable: true };
    }
    const full = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
    if (full) return { code: 'repository_full', message, retryable: true };
    return { code: 'repository_error', message, retryable: true };
  };
