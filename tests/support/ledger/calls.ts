import type { Either } from 'fp-ts/lib/Either.js';
import type { AgentIdentity, AgentUpdate } from '../../../commands/ports/agent.ts';
import type {
  BringRequest,
  Brought,
  Copy,
  RestoreRequest,
  TakeRequest,
} from '../../../commands/ports/checkpoints.ts';
import type { GitCredential } from '../../../commands/ports/repository.ts';
import type { ExecRequest, ExecResult, SandboxInfo } from '../../../commands/ports/sandboxes.ts';
import type { ListedResource, ProviderError, Provisioned } from '../../../commands/ports/services.ts';
import type { ServiceName } from '../../../domain/services.ts';

/** What a caller keeps to itself. */
type Local = 'signal' | 'isOver';

type Answer<A> = Promise<Either<ProviderError, A>>;
export type Session = { readonly sessionId: string; readonly slug: string };

/** The ports of the outside world as they go over a wire: plain data there and back; sandboxes go by name. */
export type OutsideCalls = {
  readonly provision: (service: ServiceName, session: Session) => Answer<Provisioned>;
  readonly release: (service: ServiceName, session: Session) => Answer<void>;
  readonly list: (service: ServiceName) => Answer<readonly ListedResource[]>;
  readonly credential: (slug: string) => Answer<GitCredential>;
  /** In base64. */
  readonly pack: (slug: string, sha: string) => Answer<string>;

  readonly takeCheckpoint: (request: Omit<TakeRequest, Local>) => Answer<Copy>;
  readonly restoreCheckpoint: (request: Omit<RestoreRequest, Local | 'meanwhile'>) => Answer<Copy>;
  readonly bringCheckpoint: (request: Omit<BringRequest, Local>) => Answer<Brought>;
  readonly sendCode: (to: string, code: string) => Answer<void>;

  readonly boot: (sandbox: string, sessionId: string) => Answer<void>;
  readonly wake: (sandbox: string, sessionId: string) => Answer<void>;
  readonly sleep: (sandbox: string) => Answer<void>;
  readonly destroy: (sandbox: string) => Answer<void>;
  readonly listSandboxes: () => Answer<readonly SandboxInfo[]>;

  readonly exec: (sandbox: string, request: ExecRequest) => Answer<ExecResult>;
  readonly readFile: (sandbox: string, path: string) => Answer<string>;
  readonly writeFile: (sandbox: string, path: string, content: string) => Answer<void>;

  readonly initialize: (sandbox: string) => Answer<AgentIdentity>;
  readonly openSession: (sandbox: string) => Answer<{ readonly agentSessionId: string }>;
  readonly setModel: (sandbox: string) => Answer<void>;
  readonly cancel: (sandbox: string) => Answer<void>;
  readonly setGitCredential: (sandbox: string, credential: GitCredential) => Answer<void>;
};

export type CallName = keyof OutsideCalls;

/** Carried out by somebody else, who goes on also when the process that asked is no more; the rest is of a sandbox. */
export const BY_SERVICE: ReadonlySet<CallName> = new Set([
  'provision',
  'release',
  'list',
  'credential',
  'takeCheckpoint',
  'restoreCheckpoint',
  'bringCheckpoint',
  'pack',
  'sendCode',
]);

export type Prompt = { readonly sandbox: string; readonly promptId: string; readonly text?: string };

/** `local`: what a process started ends with it, and nobody else sees it running. `shared`: as in a cloud. */
export type SandboxesAre = 'local' | 'shared';

export type ToOutside =
  | { readonly hello: { readonly pid: number; readonly sandboxes: SandboxesAre } }
  | {
      readonly id: number;
      readonly call: CallName;
      readonly args: readonly unknown[];
      /** The caller is killed once it is done, before it is told. */
      readonly killsCaller?: boolean;
    }
  | { readonly id: number; readonly prompt: Prompt; readonly killsCaller?: boolean }
  | { readonly id: number; readonly abort: true };

export type FromOutside =
  | { readonly id: number; readonly answer: Either<ProviderError, unknown> }
  | { readonly id: number; readonly update: AgentUpdate }
  | { readonly id: number; readonly ended: true }
  /** Every sandbox this process sees running, whenever that changes; before the answer of the call that changed it. */
  | { readonly running: readonly string[] }
  /** One stopped without being asked to. */
  | { readonly exited: string };
