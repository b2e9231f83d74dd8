import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { ProviderError } from './services.ts';

/** How far a sandbox is kept from its host, published as it is: in `/healthz`, the log, the events and the page. */
export type Isolation = {
  /** `bwrap+uid+cgroup` > `bwrap` > `process` (no isolation, development only) > or the cloud's own (`e2b`). */
  readonly tier: string;
  readonly filesystem: 'own' | 'host';
  readonly network: 'own' | 'host';
  readonly processes: 'own' | 'host';
  readonly uid: 'own' | 'shared';
  readonly limits: 'cgroup1' | 'cgroup2' | 'rlimit' | 'vm' | 'none';
  readonly kernel: 'shared' | 'own';
  /** One sentence for a person, saying what this does not protect from. */
  readonly summary: string;
};

/** Where an HTTP server inside the sandbox is reached from here: a unix socket, or an origin with headers. */
export type HttpEndpoint = {
  readonly socketPath?: string;
  /** e.g. `http://sandbox` when `socketPath` is set. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * A server on this machine that code in the sandbox may reach at `127.0.0.1:<port>`.
 * In tiers with their own network a unix-socket forward makes it so; in the others the port is the host's own.
 */
export type Forward = {
  readonly port: number;
  readonly target: { readonly host: string; readonly port: number };
};

export type BootRequest = {
  /** The sandbox's name, `mk0r-<slug>`; booting a name again adopts or replaces what is there, never doubles it. */
  readonly name: string;
  readonly sessionId: string;
  /** Bearer token the bridge will demand; derived, never stored. */
  readonly bridgeToken: string;
  readonly forwards: readonly Forward[];
  /** Which attempt asks: written on what is made, for whoever looks at it. */
  readonly attemptId?: string;
  readonly signal: AbortSignal;
};

export type WakeRequest = BootRequest & {
  /**
   * Where sandboxes outlive a server: the log has it awake, with an agent begun in it, so it is had as it is or not at
   * all. Where what was begun in it has ended, that is `sandbox_exited`: who starts it again begins its agent again too.
   */
  readonly joins?: boolean;
};

export type ExecResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export type ExecRequest = {
  readonly cmd: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
};

/** A booted sandbox. Paths are as seen inside (`/app/...`); everything that comes back is untrusted. */
export type Sandbox = {
  readonly name: string;
  readonly bridge: HttpEndpoint;
  readonly preview: HttpEndpoint;
  readonly exec: (request: ExecRequest) => TaskEither<ProviderError, ExecResult>;
  readonly readFile: (path: string) => TaskEither<ProviderError, string>;
  /** Writes through a temporary file and rename, without following links out of the sandbox. */
  readonly writeFile: (path: string, content: string, mode?: number) => TaskEither<ProviderError, void>;
  /** How the app's dev server does, and the last 64 Ki characters it printed. */
  readonly devServer: () => TaskEither<ProviderError, DevServerReport>;
  /** Absent where a host shows no version but the one that is worked on. */
  readonly versions?: SandboxVersions;
};

/** `closed`: none is looked at. */
export type VersionReport = {
  readonly state: DevServerReport['state'] | 'closed';
  readonly sha?: string;
  /** Milliseconds since anybody last asked it for anything. */
  readonly idleMs: number;
  /** The end of what its dev server printed. */
  readonly log: string;
};

/** An older version of the app, looked at beside the one that is worked on: one at a time. */
export type SandboxVersions = {
  readonly endpoint: HttpEndpoint;
  /** In place of the one before. It is given `env` and nothing of the app's own variables. */
  readonly open: (version: {
    readonly sha: string;
    readonly env: Readonly<Record<string, string>>;
  }) => TaskEither<ProviderError, void>;
  readonly report: () => TaskEither<ProviderError, VersionReport>;
  readonly close: () => TaskEither<ProviderError, void>;
};

export type DevServerReport = {
  /** `crashed`: it has ended, and is started again after a pause. */
  readonly state: 'starting' | 'ready' | 'crashed';
  readonly log: string;
};

export type SandboxInfo = { readonly name: string; readonly state: 'running' | 'stopped' };

/**
 * Boots, finds and ends sandboxes. A local host loses its processes with this process, but keeps the directories:
 * `wake` starts a stopped one on the files it had. Elsewhere they outlive this process, and `running` knows them again
 * from the moment the host was made.
 */
export type SandboxHost = {
  /** Where its sandboxes are: `local`, or the cloud service's own name. */
  readonly host: string;
  /** Whether they go on running when this process ends. */
  readonly outlivesServer: boolean;
  readonly isolation: Isolation;
  /** A fresh sandbox from the baked template: bridge healthy, dev server starting. */
  readonly boot: (request: BootRequest) => TaskEither<ProviderError, Sandbox>;
  /** A stopped sandbox again, on its own files. Fails with `sandbox_gone` where nothing is left of it. */
  readonly wake: (request: WakeRequest) => TaskEither<ProviderError, Sandbox>;
  /** The running sandbox of that name, or `undefined`; never blocks. */
  readonly running: (name: string) => Sandbox | undefined;
  /** Stops the processes and keeps the files. */
  readonly sleep: (name: string) => TaskEither<ProviderError, void>;
  /** Ends it and its files. Succeeds when it is already gone. */
  readonly destroy: (name: string) => TaskEither<ProviderError, void>;
  readonly list: () => TaskEither<ProviderError, readonly SandboxInfo[]>;
  /** Stops everything this host started; files stay. */
  readonly close: () => Promise<void>;
};
