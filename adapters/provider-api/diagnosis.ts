import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from '../../commands/ports/services.ts';

/** What a service says about the key we call it with. For an operator's eyes: it names accounts, never secrets. */
export type Diagnosis = {
  /** Who the service takes us for. */
  readonly identity: string;
  /** What we may use of it, and how much of that is used. */
  readonly limits: string;
  /** What works and will not for ever, or not for everything: each a sentence that says what to do. */
  readonly warnings: readonly string[];
};

/** Asks a service the least harmful thing that shows whether the key works. Nothing is made, changed or sent. */
export type Diagnose = (signal: AbortSignal) => TaskEither<ProviderError, Diagnosis>;
