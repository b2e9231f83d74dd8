import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { resourceName, type ServiceName } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import type { SessionState } from '../../domain/session/state.ts';
import type { Derive } from '../identifiers.ts';
import type { AgentBridge } from '../ports/agent.ts';
import type { Checkpoints } from '../ports/checkpoints.ts';
import type { MailSender } from '../ports/mail.ts';
import type { PageWriter } from '../ports/page-writer.ts';
import type { RepositoryProvider } from '../ports/repository.ts';
import type { BootRequest, ExecResult, Forward, Sandbox, SandboxHost } from '../ports/sandboxes.ts';
import type { ProviderError, ServiceProvider } from '../ports/services.ts';
import type { Vault, VaultError } from '../ports/vault.ts';

/** The outside world, as effects reach it. */
export type World = {
  readonly sandboxes: SandboxHost;
  readonly agent: AgentBridge;
  readonly providers: Readonly<Record<ServiceName, ServiceProvider | undefined>>;
  readonly repository: RepositoryProvider | undefined;
  /** Of the database; `undefined` where its provider keeps none. */
  readonly checkpoints: Checkpoints | undefined;
  /** Who writes quick pages. */
  readonly pageWriter: PageWriter;
  /** Where this server sends mail of its own. */
  readonly mail?: MailSender;
  readonly vault: Vault;
  readonly derive: Derive;
  /** Services of this machine that code inside a sandbox may reach. */
  readonly forwards: readonly Forward[];
  /** What the agent in the sandbox of that slug calls the model with; absent where there is no relay. */
  readonly modelToken?: (slug: string) => string;
  readonly systemPrompt: string;
  /** Content of `/run/brd.conf`, where a residential proxy is configured. */
  readonly residentialProxy?: string;
  /** This server process. */
  readonly runner: string;
};

/** One attempt of one step: on which state it was decided, and until when it may take. */
export type Attempt = {
  readonly state: SessionState;
  readonly attemptId: string;
  readonly signal: AbortSignal;
  /**
   * Whether another attempt may have taken its place: it was called off, or its deadline has passed by the clock, which
   * a process that was paused, or whose clock was set, comes to know before its own timer goes off.
   */
  readonly isOver: () => boolean;
  /** Whether one has, as the log says; where that cannot be read, it may. */
  readonly isTakenOver: () => Promise<boolean>;
};

/** Does the step, adopting what an earlier attempt may have left behind, and answers what has become true. */
export type Effect = (
  world: World,
  attempt: Attempt,
) => TE.TaskEither<ProviderError, readonly SessionEvent[]>;

/** Another attempt has been made since, and what it was given may have taken the place of this. */
export const late = (): ProviderError => ({
  code: 'too_late',
  message: 'The answer came after it had been given up on.',
  retryable: true,
});

/** Comes before what would take the place of a later attempt's work: a process that stood still goes on where it was. */
export const unlessOver =
  ({ isOver }: Pick<Attempt, 'isOver'>): TE.TaskEither<ProviderError, void> =>
  async () =>
    isOver() ? E.left(late()) : E.right(undefined);

export const bridgeTokenOf = (derive: Derive, sessionId: string): string => derive('bridge-token', sessionId);

export const bridgeToken = ({ derive }: World, sessionId: string): string => bridgeTokenOf(derive, sessionId);

export const bootRequest = (
  world: World,
  { state, attemptId, signal }: Pick<Attempt, 'state' | 'attemptId' | 'signal'>,
): BootRequest => ({
  name: resourceName(state.slug),
  sessionId: state.sessionId,
  bridgeToken: bridgeToken(world, state.sessionId),
  forwards: world.forwards,
  attemptId,
  signal,
});

/** The running sandbox of the session, or an error that makes the step try again. */
export const sandboxOf = (world: World, state: SessionState): TE.TaskEither<ProviderError, Sandbox> => {
  const sandbox = world.sandboxes.running(resourceName(state.slug));
  return sandbox === undefined
    ? TE.left({ code: 'sandbox_not_running', message: 'The sandbox is not running.', retryable: true })
    : TE.right(sandbox);
};

export const fromVault = <A>(task: TE.TaskEither<VaultError, A>): TE.TaskEither<ProviderError, A> =>
  pipe(
    task,
    TE.mapLeft(({ message }) => ({ code: 'vault_unavailable', message, retryable: true })),
  );

/** Runs a shell script in `/app`; values reach it through the environment or stdin, never through its text. */
export const runScript = (
  sandbox: Sandbox,
  script: string,
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly timeoutMs: number;
  },
): TE.TaskEither<ProviderError, string> =>
  pipe(
    sandbox.exec({ cmd: ['sh', '-c', script], cwd: '/app', ...options }),
    TE.flatMap(({ exitCode, stdout, stderr }: ExecResult) =>
      exitCode === 0
        ? TE.right(stdout)
        : TE.left({
            code: 'command_failed',
            message: `A command in the sandbox failed (exit ${exitCode}).`,
            retryable: true,
            detail: lastLine(stderr) || lastLine(stdout),
          }),
    ),
  );

const lastLine = (output: string): string => (output.trim().split('\n').at(-1) ?? '').slice(0, 300);
