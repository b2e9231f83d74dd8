import * as E from 'fp-ts/lib/Either.js';
import type { SessionState } from '../../domain/session/state.ts';
import type { ProviderError } from '../ports/services.ts';
import { readSecrets } from '../turns/secrets.ts';
import type { Context } from './context.ts';

/**
 * A failure as it may stand in the log: what a program printed goes there without a secret of its session (its end is cut,
 * perhaps in the middle of one), and not at all where nobody can tell.
 */
export const recordable = async (
  context: Pick<Context, 'world' | 'directory'>,
  session: Pick<SessionState, 'sessionId' | 'slug'>,
  { detail, ...error }: ProviderError,
): Promise<ProviderError> => {
  if (detail === undefined || detail === '') return error;
  const known = await readSecrets(context, session);
  return E.isLeft(known) ? error : { ...error, detail: known.right.redact.growing(detail) };
};
