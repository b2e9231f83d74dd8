import { once } from 'node:events';
import { connect } from 'node:net';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Outside } from '../../../api/composition/core.ts';
import type { AgentUpdate } from '../../../commands/ports/agent.ts';
import type { Scratch } from '../../../commands/ports/checkpoints.ts';
import type { BootRequest, Isolation, Sandbox } from '../../../commands/ports/sandboxes.ts';
import type { ProviderError, ServiceProvider } from '../../../commands/ports/services.ts';
import { createScriptedWriter } from '../../../commands/testing/page-writer.ts';
import type { ServiceName } from '../../../domain/services.ts';
import type { CallName, FromOutside, OutsideCalls, SandboxesAre, ToOutside } from './calls.ts';
import { framesOf } from './frames.ts';

const ISOLATION: Isolation = {
  tier: 'test',
  filesystem: 'own',
  network: 'own',
  processes: 'own',
  uid: 'own',
  limits: 'none',
  kernel: 'shared',
  summary: 'A map of files in another process.',
};
const ENDPOINT = { origin: 'http://sandbox', headers: {} };

type AnswerOf<Name extends CallName> =
  Awaited<ReturnType<OutsideCalls[Name]>> extends E.Either<ProviderError, infer A> ? A : never;

/** Nobody looks at older versions over the wire. */
const NO_SCRATCH: Scratch = {
  open: () => async () => E.left({ code: 'not_here', message: 'No version is looked at.', retryable: false }),
  close: () => async () => E.right(undefined),
  list: () => async () => E.right([]),
};

/** The outside world of a server process: the ports, over the socket of `serveOutside`. */
export const connectOutside = async (
  address: string,
  {
    sandboxes: sandboxesAre,
    onExit,
  }: { readonly sandboxes: SandboxesAre; readonly onExit: (sandbox: string) => void },
) => {
  const socket = connect(address);
  await once(socket, 'connect');
  const frames = framesOf<FromOutside, ToOutside>(socket);
  const waiting = new Map<number, (frame: FromOutside) => void>();
  const sandboxes = new Map<string, Sandbox>();
  let lastId = 0;
  let nextKills = false;

  const send = <Frame extends { readonly id: number }>(
    frame: Omit<Frame, 'id'>,
    take: (frame: FromOutside) => void,
  ): number => {
    lastId += 1;
    waiting.set(lastId, take);
    frames.send({
      ...frame,
      id: lastId,
      ...(nextKills ? { killsCaller: true } : {}),
    } as unknown as ToOutside);
    nextKills = false;
    return lastId;
  };

  const call =
    <Name extends CallName>(
      name: Name,
      ...args: Parameters<OutsideCalls[Name]>
    ): TE.TaskEither<ProviderError, AnswerOf<Name>> =>
    () =>
      new Promise((resolve) => {
        send<Extract<ToOutside, { readonly call: string }>>({ call: name, args }, (frame) => {
          if ('answer' in frame) resolve(frame.answer as E.Either<ProviderError, AnswerOf<Name>>);
        });
      });

  const sandboxOf = (name: string): Sandbox => ({
    name,
    bridge: ENDPOINT,
    preview: ENDPOINT,
    exec: (request) => call('exec', name, request),
    readFile: (path) => call('readFile', name, path),
    writeFile: (path, content) => call('writeFile', name, path, content),
    devServer: () => TE.right({ state: 'ready', log: '' }),
  });

  /** Kept as they were, so that who holds one holds the one that runs. */
  const nowRunning = (names: readonly string[]): void => {
    const now = new Set(names);
    for (const name of sandboxes.keys()) if (!now.has(name)) sandboxes.delete(name);
    for (const name of names) if (!sandboxes.has(name)) sandboxes.set(name, sandboxOf(name));
  };

  const welcome = Promise.withResolvers<void>();
  frames.onFrame((frame) => {
    if ('running' in frame) {
      nowRunning(frame.running);
      welcome.resolve();
    } else if ('exited' in frame) onExit(frame.exited);
    else {
      waiting.get(frame.id)?.(frame);
      if ('answer' in frame || 'ended' in frame) waiting.delete(frame.id);
    }
  });
  frames.send({ hello: { pid: process.pid, sandboxes: sandboxesAre } });
  await welcome.promise;

  const started =
    (name: 'boot' | 'wake') =>
    (request: BootRequest): TE.TaskEither<ProviderError, Sandbox> =>
    async () => {
      const answer = await call(name, request.name, request.sessionId)();
      return E.map(() => sandboxes.get(request.name) ?? sandboxOf(request.name))(answer);
    };

  async function* prompt(
    { name }: Sandbox,
    _token: string,
    { promptId, text }: { readonly promptId: string; readonly text?: string },
    signal: AbortSignal,
  ): AsyncGenerator<AgentUpdate, void, undefined> {
    const arrived: (AgentUpdate | undefined)[] = [];
    let ring = (): void => undefined;
    const id = send<Extract<ToOutside, { readonly prompt: unknown }>>(
      { prompt: { sandbox: name, promptId, ...(text === undefined ? {} : { text }) } },
      (frame) => {
        arrived.push('update' in frame ? frame.update : undefined);
        ring();
      },
    );
    signal.addEventListener('abort', () => frames.send({ id, abort: true }), { once: true });
    for (;;) {
      if (arrived.length === 0) await new Promise<void>((resolve) => (ring = resolve));
      const update = arrived.shift();
      if (update === undefined) return;
      yield update;
    }
  }

  const provider = (service: ServiceName): ServiceProvider => ({
    service,
    provider: 'embedded',
    provision: ({ sessionId, slug }) => call('provision', service, { sessionId, slug }),
    release: ({ sessionId, slug }) => call('release', service, { sessionId, slug }),
    list: () => call('list', service),
  });

  const outside: Outside = {
    sandboxes: {
      host: 'test',
      outlivesServer: sandboxesAre === 'shared',
      isolation: ISOLATION,
      boot: started('boot'),
      wake: started('wake'),
      running: (name) => sandboxes.get(name),
      sleep: (name) => call('sleep', name),
      destroy: (name) => call('destroy', name),
      list: () => call('listSandboxes'),
      close: async () => undefined,
    },
    agent: {
      initialize: ({ name }) => call('initialize', name),
      openSession: ({ name }) => call('openSession', name),
      setModel: ({ name }) => call('setModel', name),
      cancel: ({ name }) => call('cancel', name),
      setGitCredential: ({ name }, _token, credential) => call('setGitCredential', name, credential),
      prompt,
    },
    pageWriter: createScriptedWriter(async () => undefined),
    providers: {
      posthog: provider('posthog'),
      neon: provider('neon'),
      resend: provider('resend'),
      github: provider('github'),
    },
    repository: {
      ...provider('github'),
      credential: (slug) => call('credential', slug),
      pack:
        ({ slug, sha }) =>
        async () =>
          E.map((pack: string) => Buffer.from(pack, 'base64'))(await call('pack', slug, sha)()),
    },
    checkpoints: {
      most: 20,
      scratch: NO_SCRATCH,
      take: ({ signal: _signal, isOver: _isOver, ...request }) => call('takeCheckpoint', request),
      bring: ({ signal: _signal, isOver: _isOver, ...request }) => call('bringCheckpoint', request),
      // What is done meanwhile is done by this process, before the data follows.
      restore: ({ signal: _signal, isOver: _isOver, meanwhile, ...request }) =>
        pipe(
          meanwhile,
          TE.flatMap(() => call('restoreCheckpoint', request)),
        ),
    },
    mail: { sendCode: (_sessionId, { to, code }) => call('sendCode', to, code) },
    forwards: [],
  };

  return {
    outside,
    /**
     * The call that is sent next kills this process from outside, once it is done and before it is answered. Calls are
     * sent in the very moment their task is run, so that there is nothing in between.
     */
    dieAtNextCommit: (): void => {
      nextKills = true;
    },
    close: (): void => {
      socket.destroy();
    },
  };
};

export type OutsideClient = Awaited<ReturnType<typeof connectOutside>>;
