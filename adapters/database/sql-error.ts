import { DatabaseError } from 'pg';
import type { ProviderError } from '../../commands/ports/services.ts';
import { toProviderError } from './errors.ts';

const MAX_CHARS = 1_000;

/**
 * What Postgres said to a statement of the owner's, word for word: theirs to read, and theirs to mend. Its own troubles
 * are the provider's errors. `sql_timeout`: it took longer than it may.
 */
export const sqlError =
  (doing: string) =>
  (error: unknown): ProviderError => {
    if (error instanceof DatabaseError && error.code === '57014' && /timeout/.test(error.message))
      return {
        code: 'sql_timeout',
        message: 'The statement took too long and was stopped.',
        retryable: false,
      };
    const isTheirs = error instanceof DatabaseError && !/^(57P|53|58|XX|08)/.test(error.code ?? '');
    if (!isTheirs) return toProviderError(doing)(error);
    const { message, detail, hint, code } = error;
    const said = [message, detail, hint].filter((part) => part !== undefined && part !== '').join(' · ');
    return { code: 'sql_refused', message: `${said.slice(0, MAX_CHARS)} (${code})`, retryable: false };
  };
