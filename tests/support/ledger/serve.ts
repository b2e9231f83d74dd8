import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Sandbox } from '../../../commands/ports/sandboxes.ts';
import type { ProviderError, Provisioned } from '../../../commands/ports/services.ts';
import type { Latency } from '../../../commands/testing/providers.ts';
import type { ServiceName } from '../../../domain/services.ts';
import {
  BY_SERVICE,
  type FromOutside,
  type OutsideCalls,
  type SandboxesAre,
  type Session,
  type ToOutside,
} from './calls.ts';
import { framesOf } from './frames.ts';
import { NAMES_REPEAT, type Outside } from './outside.ts';

/** A server process that is connected. */
type Caller = {
  readonly send: (frame: FromOutside) => void;
  readonly started: Set<string>;
  readonly prompts: Map<number, { readonly sandbox: string; readonly abort: AbortController }>;
  pid: number;
  sandboxes: SandboxesAre;
  isAlive: boolean;
};

const TOKEN = '';
const FOREVER = new AbortController().signal;
const AT_ITS_OWN_TIME = { signal: FOREVER, isOver: () => false };

const NOT_RUNNING: ProviderError = {
  code: 'sandbox_not_running',
  message: 'The sandbox is not running.',
  retryable: true,
};

const NOTHING = async () => E.right(undefined);

const SILENT: ProviderError = { code: 'timeout', message: 'The sandbox does not answer.', retryable: true };

/** The same outside world for any number of server processes, over a unix socket. */
export const serveOutside = async (outside: Outside, latency: Latency = () => Promise.resolve()) => {
  const { sandboxes, providers, github, agent, doubles } = outside;
  const directory = await mkdtemp(join(tmpdir(), 'mk0r-outside-'));
  const address = join(directory, 'socket');
  const callers = new Set<Caller>();
  const frozen = new Set<string>();

  const inside = async <A>(
    name: string,
    act: (sandbox: Sandbox) => Promise<E.Either<ProviderError, A>>,
  ): Promise<E.Either<ProviderError, A>> => {
    const sandbox = sandboxes.running(name);
    if (sandbox === undefined) return E.left(NOT_RUNNING);
    return frozen.has(name) ? E.left(SILENT) : act(sandbox);
  };

  const booted = E.map(() => undefined);
  const bootRequest = (name: string, sessionId: string) => ({
    name,
    sessionId,
    bridgeToken: TOKEN,
    forwards: [],
    signal: FOREVER,
  });

  /**
   * Looks, and then adopts or makes, as an adapter does that calls a provider for each: in between something may change,
   * and the server that wanted it may die.
   */
  const lookAndMake = async (
    caller: Caller,
    service: ServiceName,
    session: Session,
  ): Promise<E.Either<ProviderError, Provisioned>> => {
    const { live, provision } = providers[service];
    const isThere = live.has(session.slug);
    if (NAMES_REPEAT.has(service)) {
      await latency();
      if (!caller.isAlive) return E.left(SILENT);
    }
    if (isThere) forgetDoubles(service, session.slug);
    else if (live.has(session.slug)) doubles.push({ service, slug: session.slug });
    return provision({ ...session, signal: FOREVER })();
  };

  const forgetDoubles = (service: ServiceName, slug: string): void => {
    const others = doubles.filter((double) => double.service !== service || double.slug !== slug);
    doubles.splice(0, doubles.length, ...others);
  };

  const callsOf = (caller: Caller): OutsideCalls => ({
    provision: (service, session) => lookAndMake(caller, service, session),
    release: (service, session) => {
      forgetDoubles(service, session.slug);
      return providers[service].release({ ...session, signal: FOREVER })();
    },
    list: (service) => providers[service].list(FOREVER)(),
    credential: (slug) => github.credential(slug)(),
    takeCheckpoint: (request) => providers.neon.checkpoints.take({ ...request, ...AT_ITS_OWN_TIME })(),
    restoreCheckpoint: (request) =>
      providers.neon.checkpoints.restore({ ...request, ...AT_ITS_OWN_TIME, meanwhile: NOTHING })(),
    bringCheckpoint: (request) => providers.neon.checkpoints.bring({ ...request, ...AT_ITS_OWN_TIME })(),
    pack: async (slug, sha) =>
      E.map((pack: Uint8Array) => Buffer.from(pack).toString('base64'))(
        await github.pack({ slug, sha, signal: FOREVER })(),
      ),
    sendCode: async (to, code) => E.right(void outside.codes.set(to, code)),
    boot: async (name, sessionId) => booted(await sandboxes.boot(bootRequest(name, sessionId))()),
    wake: async (name, sessionId) => booted(await sandboxes.wake(bootRequest(name, sessionId))()),
    sleep: (name) => sandboxes.sleep(name)(),
    destroy: (name) => sandboxes.destroy(name)(),
    listSandboxes: () => sandboxes.list()(),
    exec: (name, request) => inside(name, (sandbox) => sandbox.exec(request)()),
    readFile: (name, path) => inside(name, (sandbox) => sandbox.readFile(path)()),
    writeFile: (name, path, content) => inside(name, (sandbox) => sandbox.writeFile(path, content)()),
    initialize: (name) => inside(name, (sandbox) => agent.initialize(sandbox, TOKEN, FOREVER)()),
    openSession: (name) =>
      inside(name, (sandbox) =>
        agent.openSession(sandbox, TOKEN, { cwd: '/app', systemPrompt: '' }, FOREVER)(),
      ),
    setModel: (name) =>
      inside(name, (sandbox) => agent.setModel(sandbox, TOKEN, { agentSessionId: '', model: '' }, FOREVER)()),
    cancel: (name) => inside(name, (sandbox) => agent.cancel(sandbox, TOKEN, { agentSessionId: '' })()),
    setGitCredential: (name, credential) =>
      inside(name, (sandbox) => agent.setGitCredential(sandbox, TOKEN, credential)()),
  });

  const seenBy = (caller: Caller, name: string): boolean =>
    sandboxes.running(name) !== undefined && (caller.sandboxes === 'shared' || caller.started.has(name));

  const publish = (): void => {
    const names = sandboxes.names();
    for (const caller of callers) caller.send({ running: names.filter((name) => seenBy(caller, name)) });
  };

  const answer = async (
    caller: Caller,
    { id, call, args, killsCaller }: Extract<ToOutside, { readonly call: string }>,
  ): Promise<void> => {
    await latency();
    // A provider goes on with what was asked for, whoever is left to hear of it; a process of a dead server does not.
    if (!caller.isAlive && caller.sandboxes === 'local' && !BY_SERVICE.has(call)) return;
    const result = await (
      callsOf(caller)[call] as (...args: readonly unknown[]) => Promise<E.Either<ProviderError, unknown>>
    )(...args);
    if ((call === 'boot' || call === 'wake') && E.isRight(result)) {
      caller.started.add(String(args[0]));
      frozen.delete(String(args[0]));
    }
    if (MOVES_SANDBOXES.has(call)) publish();
    if (killsCaller === true) kill(caller);
    await latency();
    caller.send({ id, answer: result });
  };

  const converse = async (
    caller: Caller,
    { id, prompt, killsCaller }: Extract<ToOutside, { readonly prompt: unknown }>,
  ): Promise<void> => {
    const abort = new AbortController();
    caller.prompts.set(id, { sandbox: prompt.sandbox, abort });
    await latency();
    const sandbox = sandboxes.running(prompt.sandbox);
    if (sandbox === undefined || !caller.isAlive) {
      caller.send({
        id,
        update: { eventId: 1, type: 'error', code: NOT_RUNNING.code, message: NOT_RUNNING.message },
      });
      caller.send({ id, ended: true });
      return;
    }
    const updates = agent.prompt(sandbox, TOKEN, { agentSessionId: '', ...prompt }, abort.signal);
    for await (const update of updates) {
      if (killsCaller === true) kill(caller);
      caller.send({ id, update });
    }
    caller.prompts.delete(id);
    caller.send({ id, ended: true });
  };

  const kill = ({ pid, isAlive }: Caller): void => {
    if (isAlive) process.kill(pid, 'SIGKILL');
  };

  const died = (caller: Caller): void => {
    caller.isAlive = false;
    callers.delete(caller);
    for (const { abort } of caller.prompts.values()) abort.abort();
    if (caller.sandboxes === 'shared') return;
    for (const name of caller.started) ends(name);
    publish();
  };

  const ends = (name: string): void => {
    sandboxes.exits(name);
    frozen.delete(name);
    for (const { prompts } of callers) {
      for (const { sandbox, abort } of prompts.values()) if (sandbox === name) abort.abort();
    }
  };

  const accept = (socket: Socket): void => {
    const frames = framesOf<ToOutside, FromOutside>(socket);
    const caller: Caller = {
      send: frames.send,
      started: new Set(),
      prompts: new Map(),
      pid: 0,
      sandboxes: 'local',
      isAlive: true,
    };
    callers.add(caller);
    // A killed process resets its connection.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => died(caller));
    frames.onFrame((frame) => {
      if ('hello' in frame) {
        Object.assign(caller, frame.hello);
        publish();
      } else if ('call' in frame) void answer(caller, frame);
      else if ('prompt' in frame) void converse(caller, frame);
      else caller.prompts.get(frame.id)?.abort.abort();
    });
  };

  const server = createServer(accept).listen(address);
  await once(server, 'listening');

  return {
    address,
    /** The sandbox stops by itself, and whoever runs it is told. */
    exits: (name: string): void => {
      ends(name);
      publish();
      for (const caller of callers) {
        if (caller.sandboxes === 'shared' || caller.started.has(name)) caller.send({ exited: name });
      }
    },
    /** Still running to look at, but no longer answering, until it is started again. */
    freezes: (name: string): void => void frozen.add(name),
    close: async (): Promise<void> => {
      server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const MOVES_SANDBOXES: ReadonlySet<string> = new Set(['boot', 'wake', 'sleep', 'destroy']);

export type Served = Awaited<ReturnType<typeof serveOutside>>;
