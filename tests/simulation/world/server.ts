import { createUse } from '../../../api/composition/use.ts';
import { createDirectory } from '../../../commands/directory.ts';
import { EFFECTS } from '../../../commands/effects/index.ts';
import { createHandlers } from '../../../commands/handler.ts';
import type { Derive } from '../../../commands/identifiers.ts';
import { createJournal } from '../../../commands/journal.ts';
import { createMailGate } from '../../../commands/mail/gate.ts';
import type { Clock } from '../../../commands/ports/clock.ts';
import type { Context, Settings } from '../../../commands/process-managers/context.ts';
import { createPresences } from '../../../commands/process-managers/presence.ts';
import { startRunner } from '../../../commands/process-managers/runner.ts';
import { createPageStreams } from '../../../commands/quick/page-streams.ts';
import { createReader } from '../../../commands/reader.ts';
import { portOf } from '../../../commands/testing/port-of.ts';
import { createSessionCreator } from '../../../commands/visitor/create-session.ts';
import { createSessionCommands } from '../../../commands/visitor/session-commands.ts';
import type { Whereabouts } from './sandboxes.ts';
import { simulatedCipher } from './vault.ts';
import type { World } from './world.ts';

/** Few enough to be used up. */
export const MAIL = { perDay: 3, recipientsPerMail: 2, isReal: false };

/** Nothing here is to be kept from anybody. */
const derive: Derive = (purpose, ...parts) => [purpose, ...parts].join('|');

/** A server over the world. It can be killed at any moment, also between a call and its answer. */
export const startServer = (
  world: World,
  { settings, sandboxes, died }: { settings: Settings; sandboxes: Whereabouts; died: () => void },
) => {
  let isAlive = true;
  let callsLeft = Number.POSITIVE_INFINITY;
  const store = world.store.connect();

  /** A kill -9: from then on it does nothing and hears nothing. */
  const kill = (): void => {
    if (!isAlive) return;
    isAlive = false;
    store.cut();
    // Its sandboxes are its own processes; those of a cloud live on.
    if (sandboxes === 'this machine') world.sandboxes.fake.serverDied();
    died();
  };

  /** Every call to the outside and every answer passes here. */
  const crosses = (): boolean => {
    callsLeft -= 1;
    if (isAlive && callsLeft <= 0) kill();
    return isAlive;
  };

  const reach = <Port extends object>(port: Port): Port => portOf(port, crosses);
  const clock: Clock = {
    ...world.time,
    after: (ms, callback) => world.time.after(ms, () => isAlive && callback()),
  };
  const [log, vault] = [reach(store), reach(world.vault.vault)];
  const deps = { store: log, vault, cipher: simulatedCipher };
  const providers = {
    posthog: reach(world.providers.posthog.port),
    neon: reach(world.providers.neon.port),
    resend: reach(world.providers.resend.port),
    github: reach(world.providers.github.port),
  };
  const context: Context = {
    handlers: createHandlers(createJournal({ ...deps, clock }), clock),
    reader: createReader(deps),
    directory: createDirectory(),
    world: {
      sandboxes: reach(world.sandboxes.connect(sandboxes)),
      agent: reach(world.agent),
      pageWriter: reach(world.pageWriter),
      providers,
      repository: reach(world.repository),
      checkpoints: reach(world.checkpoints),
      vault,
      derive,
      forwards: [],
      systemPrompt: 'You build apps.',
      residentialProxy: 'proxy',
      runner: settings.runner,
    },
    effects: EFFECTS,
    clock,
    settings,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    observe: { step: () => undefined, turn: () => undefined },
    volatile: () => undefined,
    pages: createPageStreams(),
    presence: createPresences(clock),
  };
  const runner = startRunner(context, log);
  return {
    settings,
    handlers: context.handlers,
    directory: context.directory,
    create: createSessionCreator(context),
    commands: createSessionCommands(context.handlers, context.world.vault),
    mail: createMailGate({ handlers: context.handlers, vault, clock, policy: MAIL }),
    touch: createUse(context, { tellsLog: false }),
    nudgePool: runner.nudgePool,
    sandboxExited: runner.sandboxExited,
    sweep: runner.sweep,
    caughtUp: runner.caughtUp,
    isAlive: (): boolean => isAlive,
    kill,
    /** Killed at the so-manieth crossing from now. */
    killAfter: (calls: number): void => {
      callsLeft = calls;
    },
  };
};

export type Server = ReturnType<typeof startServer>;
