import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { resourceName } from '../../domain/services.ts';
import type { BootRequest, ExecRequest, ExecResult, Sandbox, SandboxHost } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { createFakeApp, type FakeApp } from './app.ts';
import { createFakeGit, type FakeGit } from './git.ts';
import type { Latency } from './providers.ts';

type Machine = {
  readonly sandbox: Sandbox;
  readonly files: Map<string, string>;
  readonly git: FakeGit;
  readonly app: FakeApp;
  isUp: boolean;
  /** Of which request to boot, counted as they were made. */
  readonly born: number;
  ends: number;
};

export type FakeSandboxHost = SandboxHost & {
  readonly files: (name: string) => Map<string, string>;
  readonly git: (name: string) => FakeGit;
  readonly app: (name: string) => FakeApp;
  /** Whether the repository of that slug has the commit. */
  readonly hasPushed: (slug: string, sha: string) => boolean;
  /** Everything that exists, running or not. */
  readonly names: () => readonly string[];
  readonly boots: () => number;
  /** Another one each time its processes have ended. */
  readonly lifeOf: (name: string) => string;
  /** No sandbox is booted any more, or again. */
  readonly refuses: (error: ProviderError | undefined) => void;
  /** Its processes end by themselves. */
  readonly exits: (name: string) => void;
  /** The server that started them is gone, and all their processes with it. */
  readonly serverDied: () => void;
  /** Still running to look at, but no longer answering. */
  readonly freezes: (name: string) => void;
};

const NOT_RUNNING: ProviderError = {
  code: 'sandbox_not_running',
  message: 'The sandbox is not running.',
  retryable: true,
};
const NO_FILE: ProviderError = { code: 'file_not_found', message: 'No such file.', retryable: false };
const GONE: ProviderError = { code: 'sandbox_gone', message: 'Nothing is left of it.', retryable: false };

/** Made anew at every start. */
const RUN_DIR = '/run/';
/** Where the bridge keeps what it answers git with. */
export const GIT_CREDENTIAL = '/run/git-credential';

const speaksToTheRepository = (script: string): boolean => /git (push|fetch)/.test(script);
const NO_CREDENTIAL: ExecResult = {
  exitCode: 128,
  stdout: '',
  stderr: 'fatal: could not read Username: terminal prompts disabled',
};

const ENDPOINT = { origin: 'http://sandbox', headers: {} };

/** A host whose sandboxes are a map of files and a scripted git each. Processes die with the server; files stay. */
export const createFakeSandboxHost = (latency: Latency): FakeSandboxHost => {
  const machines = new Map<string, Machine>();
  const frozen = new Set<string>();
  let boots = 0;
  let refusal: ProviderError | undefined;
  let asked = 0;
  let made = 0;
  /** What a server had under way in its own processes ends with it. */
  let generation = 0;

  const work = async (): Promise<boolean> => {
    const mine = generation;
    await latency();
    return mine === generation;
  };

  const machineOf = (name: string): Machine => {
    const machine = machines.get(name);
    if (machine === undefined) throw new Error(`there is no sandbox ${name}`);
    return machine;
  };

  const whileUp =
    <A>(
      name: string,
      act: (machine: Machine) => E.Either<ProviderError, A>,
    ): TE.TaskEither<ProviderError, A> =>
    async () => {
      if (!(await work())) return E.left(NOT_RUNNING);
      if (frozen.has(name)) return E.left({ ...NOT_RUNNING, code: 'timeout' });
      const machine = machines.get(name);
      return machine?.isUp === true ? act(machine) : E.left(NOT_RUNNING);
    };

  const exec = ({ git, files, app }: Machine, { cmd, env = {}, stdin }: ExecRequest): ExecResult => {
    if (cmd[0] === 'echo') return { exitCode: 0, stdout: `${cmd.slice(1).join(' ')}\n`, stderr: '' };
    const script = cmd[2] ?? '';
    if (speaksToTheRepository(script) && !files.has(GIT_CREDENTIAL)) return NO_CREDENTIAL;
    return app.run(script) ?? git.run(script, env, stdin);
  };

  const createMachine = (name: string, born: number): Machine => {
    const files = new Map<string, string>();
    made += 1;
    const git = createFakeGit(made);
    const sandbox: Sandbox = {
      name,
      bridge: ENDPOINT,
      preview: ENDPOINT,
      exec: (request) => whileUp(name, (machine) => E.right(exec(machine, request))),
      readFile: (path) => whileUp(name, () => E.fromNullable(NO_FILE)(files.get(path))),
      writeFile: (path, content) => whileUp(name, () => E.right(void files.set(path, content))),
      devServer: () => whileUp(name, () => E.right({ state: 'ready', log: '' })),
    };
    return { sandbox, files, git, app: createFakeApp(), isUp: true, born, ends: 0 };
  };

  const boot =
    ({ name }: BootRequest) =>
    async () => {
      asked += 1;
      const mine = asked;
      if (!(await work())) return E.left(NOT_RUNNING);
      if (refusal !== undefined) return E.left(refusal);
      // Of an attempt that is over: the next one has booted meanwhile, and a second machine is ended by who holds that.
      if ((machines.get(name)?.born ?? 0) > mine) return E.left(GONE);
      boots += 1;
      const machine = createMachine(name, mine);
      machines.set(name, machine);
      return E.right(machine.sandbox);
    };

  const wake =
    ({ name }: BootRequest) =>
    async () => {
      if (!(await work())) return E.left(NOT_RUNNING);
      const machine = machines.get(name);
      if (machine === undefined) return E.left(GONE);
      if (machine.isUp) return E.right(machine.sandbox);
      for (const path of machine.files.keys()) if (path.startsWith(RUN_DIR)) machine.files.delete(path);
      machine.isUp = true;
      return E.right(machine.sandbox);
    };

  const stop = (name: string): void => {
    const machine = machines.get(name);
    if (machine === undefined) return;
    machine.isUp = false;
    machine.ends += 1;
  };

  return {
    host: 'test',
    outlivesServer: false,
    isolation: {
      tier: 'test',
      filesystem: 'own',
      network: 'own',
      processes: 'own',
      uid: 'own',
      limits: 'none',
      kernel: 'shared',
      summary: 'A map of files.',
    },
    boot,
    wake,
    running: (name) => (machines.get(name)?.isUp === true ? machines.get(name)?.sandbox : undefined),
    sleep: (name) => async () => E.right(stop(name)),
    destroy: (name) => async () => {
      if (!(await work())) return E.left(NOT_RUNNING);
      machines.delete(name);
      return E.right(undefined);
    },
    list: () => async () =>
      E.right(
        [...machines].map(([name, { isUp }]) => ({ name, state: isUp ? 'running' : 'stopped' }) as const),
      ),
    close: async () => undefined,
    files: (name) => machineOf(name).files,
    git: (name) => machineOf(name).git,
    app: (name) => machineOf(name).app,
    hasPushed: (slug, sha) => machines.get(resourceName(slug))?.git.hasPushed(sha) === true,
    names: () => [...machines.keys()],
    boots: () => boots,
    lifeOf: (name) => [name, machines.get(name)?.born, machines.get(name)?.ends].join('|'),
    refuses: (error) => {
      refusal = error;
    },
    exits: stop,
    serverDied: () => {
      generation += 1;
      for (const name of machines.keys()) stop(name);
    },
    freezes: (name) => void frozen.add(name),
  };
};
