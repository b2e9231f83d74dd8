import * as E from 'fp-ts/lib/Either.js';
import type { SessionState } from '../../domain/session/state.ts';
import type { StepError } from '../../domain/steps.ts';
import { fromVault } from '../effects/context.ts';
import type { Context } from '../process-managers/context.ts';
import { createRedactor, type Redactor } from '../redact.ts';
import { failure } from './failure.ts';

/** What may be neither said nor committed. */
export type KnownSecrets = {
  readonly redact: Redactor;
  /** Every value the session has been given. */
  readonly vault: Readonly<Record<string, string>>;
  /** What the session had been given when they were read. */
  readonly given: Given;
};

export type ReadSecrets = () => Promise<E.Either<StepError, KnownSecrets>>;

type Given = readonly unknown[];

/**
 * Changes with everything a session is given: a service set up anew, a value of its owner's, a file that is about to be
 * written. The value is in the vault before each of these is in the log, and in the sandbox after.
 */
const givenTo = (state: SessionState | undefined): Given => [
  state?.provisioned,
  state?.replaced,
  state?.steps.env_write,
  state?.env,
];

const isSame = (one: Given, other: Given): boolean => one.every((part, index) => part === other[index]);

/** @param state names the session; what it holds is read as it is when this is called. */
export const readSecrets = async (
  { world, directory }: Pick<Context, 'world' | 'directory'>,
  { sessionId, slug }: Pick<SessionState, 'sessionId' | 'slug'>,
): Promise<E.Either<StepError, KnownSecrets>> => {
  // Looked at before the vault is: what comes in between is read once more, and not missed.
  const given = givenTo(directory.session(sessionId));
  const vault = await fromVault(world.vault.all(sessionId))();
  if (E.isLeft(vault))
    return E.left(failure(vault.left.code, 'The server could not read its vault. Send the message again.'));
  const token = world.modelToken?.(slug);
  const relayed = token === undefined ? {} : { ANTHROPIC_API_KEY: token };
  return E.right({ given, vault: vault.right, redact: createRedactor({ ...vault.right, ...relayed }) });
};

const READS = 5;
const READ_AGAIN_MS = 1_000;

/**
 * A redactor for an answer that may take half an hour: `refresh` reads the list again when the session was given
 * something since, and answers why it could not, after some tries. Nothing may be written before it has.
 */
export const followSecrets = (
  { directory, clock }: Pick<Context, 'directory' | 'clock'>,
  sessionId: string,
  { known, read }: { readonly known: KnownSecrets; readonly read: ReadSecrets },
) => {
  let current = known;
  /** The agent may still hold what was given to it before. */
  const before: Redactor[] = [];

  const refresh = async (): Promise<StepError | undefined> => {
    for (let reads = 1; !isSame(current.given, givenTo(directory.session(sessionId))); reads += 1) {
      const next = await read();
      if (E.isRight(next)) {
        before.push(current.redact);
        current = next.right;
      } else if (reads >= READS) return next.left;
      else await new Promise<void>((resolve) => void clock.after(READ_AGAIN_MS, resolve));
    }
    return undefined;
  };

  const withoutFormer = (text: string): string => before.reduce((cleaned, { whole }) => whole(cleaned), text);
  const redact: Redactor = {
    whole: (text) => current.redact.whole(withoutFormer(text)),
    growing: (text) => current.redact.growing(withoutFormer(text)),
  };
  return { redact, refresh };
};
