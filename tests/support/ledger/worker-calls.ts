import type { Either } from 'fp-ts/lib/Either.js';
import type { CommandError } from '../../../api/application/command.ts';
import type { Application } from '../../../api/application.ts';
import type { ModelBudget, StartedCall } from '../../../commands/model/ledger.ts';
import type { Settings } from '../../../commands/process-managers/context.ts';
import type { SessionState } from '../../../domain/session/state.ts';
import type { SandboxesAre } from './calls.ts';
import type { Failpoint } from './failpoints.ts';

/** What a server process is told before anything else. */
export type WorkerOptions = {
  readonly dataDir: string;
  /** Where `serveOutside` listens. */
  readonly outside: string;
  /** `local` (the default) also takes the data directory for this process alone. */
  readonly sandboxes?: SandboxesAre;
  readonly settings?: Partial<Omit<Settings, 'runner'>>;
  readonly residentialProxy?: string;
  /** Whether every event of the log is told as it is read back; the default. */
  readonly tells?: boolean;
  /** Where it is to be killed. */
  readonly failpoint?: Failpoint;
};

type Commands = Pick<
  Application,
  | 'createSession'
  | 'submitTurn'
  | 'cancelTurn'
  | 'chooseModel'
  | 'setBudget'
  | 'upgrade'
  | 'moveHistory'
  | 'forkSession'
  | 'retryFork'
  | 'retryService'
  | 'releaseService'
  | 'saveFile'
  | 'revealVariable'
  | 'replaceVariable'
  | 'changeData'
  | 'wake'
  | 'closeSession'
  | 'issueLink'
  | 'redeemLink'
  | 'noteAppError'
  | 'verifyAddress'
  | 'setPoolTarget'
  | 'drainPool'
  | 'releaseOrphans'
>;

type Answered<Command> = Command extends (...args: infer Args) => () => Promise<Either<CommandError, infer A>>
  ? (...args: Args) => Promise<Either<CommandError, A>>
  : never;

/** What a server process can be asked: a visitor's and an operator's commands, and how it stands. */
export type WorkerCalls = { readonly [Name in keyof Commands]: Answered<Commands[Name]> } & {
  /** A message with a picture, which is kept first; its bytes as base64. */
  readonly submitWithPicture: (
    command: Parameters<Application['submitTurn']>[0] & { readonly picture: string },
  ) => Promise<Either<CommandError, { readonly turnId: string; readonly revision: number }>>;
  /** A call of the model as the relay reserves and records it; both amounts in micro-dollars. */
  readonly callModel: (
    sessionId: string,
    call: { readonly reserves: number; readonly uses: number; readonly budget: ModelBudget },
  ) => Promise<Either<never, StartedCall['kind']>>;
  /** A code brought back: it may have been before, by a command whose answer was lost. */
  readonly bringCode: (
    command: Parameters<Application['confirmAddress']>[0],
  ) => Promise<Either<CommandError, object>>;
  /** Somebody looks at the app, by its address. */
  readonly look: (slug: string) => Promise<Either<never, object>>;
  /** Mail of the app, as the relay lets it pass and says what became of it. */
  readonly mail: (sessionId: string, sendId: string, isTaken: boolean) => Promise<Either<unknown, object>>;
  /** A session in no pool yet, planned for another spec than this server's. */
  readonly planBefore: (sessionId: string) => Promise<Either<unknown, object>>;
  /** From now on it is the one that this server's pool wants. */
  readonly countInPool: (sessionId: string) => Promise<Either<unknown, object>>;
  /** Resolves when nothing is due, under way or waiting for a retry in any session or pool. */
  readonly rest: () => Promise<void>;
  /** Resolves when everything that an earlier process had begun is at its end, or this one's own. */
  readonly recovered: () => Promise<void>;
  /** Failpoints passed so far, and how often each. */
  readonly passed: () => Promise<Readonly<Record<string, number>>>;
  /** The session as its events say, up to the end of the log. */
  readonly session: (sessionId: string) => Promise<SessionState | undefined>;
  /** Sessions a visitor could be given now. */
  readonly claimable: () => Promise<readonly string[]>;
  readonly nudgePool: () => Promise<void>;
  /** Lets what runs come to rest and closes what is open; the process ends afterwards. */
  readonly stop: () => Promise<readonly string[]>;
};

/** An event as it is told: words still encrypted. */
export type ToldEvent = {
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly type: string;
  readonly data: unknown;
};

export type ToWorker =
  | { readonly options: WorkerOptions }
  | { readonly id: number; readonly call: keyof WorkerCalls; readonly args: readonly unknown[] };

export type FromWorker =
  | { readonly up: true }
  | { readonly failed: string }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly thrown: string }
  | { readonly events: readonly ToldEvent[] };
