import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { SessionEvent } from '../events.ts';
import type { Refusal } from '../refusals.ts';
import type { SessionState } from '../state.ts';

/** Variables of one session that may be its owner's own. */
export const MAX_OWN_VARIABLES = 100;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** Recorded before the value is shown: whoever reads the history knows who has seen what. */
export const decideRevealVariable = (
  { name, isThere }: { readonly name: string; readonly isThere: boolean },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (!NAME.test(name) || !isThere) return left({ tag: 'VariableUnknown' });
  return right([{ type: 'VariableRevealed', data: { name } }]);
};

/**
 * The owner's own value from now on, or again that of the service. Every replacement has a name of its own, by which
 * the env file's making knows whether it is in the file.
 */
export const decideReplaceVariable = (
  {
    name,
    replaceId,
    by,
    isWritable,
  }: {
    readonly name: string;
    readonly replaceId: string;
    readonly by: 'own' | 'service';
    readonly isWritable: boolean;
  },
  state: SessionState,
): Either<Refusal, readonly SessionEvent[]> => {
  if (state.status !== 'open') return left({ tag: 'SessionNotOpen' });
  if (state.readyAt === undefined) return left({ tag: 'NotReady' });
  if (!NAME.test(name)) return left({ tag: 'VariableNameInvalid' });
  if (!isWritable) return left({ tag: 'VariableValueInvalid' });
  const replaced = state.replaced ?? {};
  const own = Object.entries(replaced).filter(([other, { by: whose }]) => whose === 'own' && other !== name);
  if (by === 'own' && own.length >= MAX_OWN_VARIABLES)
    return left({ tag: 'TooManyVariables', max: MAX_OWN_VARIABLES });
  if (Object.hasOwn(replaced, name) && replaced[name]?.replaceId === replaceId) return right([]);
  return right([{ type: 'VariableReplaced', data: { name, replaceId, by } }]);
};
