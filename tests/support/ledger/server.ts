import * as E from 'fp-ts/lib/Either.js';
import { type Outside, startCore } from '../../../api/composition/core.ts';
import { orStop } from '../../../api/composition/start-error.ts';
import { openStorage, type Storage } from '../../../api/composition/storage.ts';
import { lockDataDir } from '../../../api/lifecycle/data-dir-lock.ts';
import { createShutdown } from '../../../api/lifecycle/shutdown.ts';
import { createLogger, createScrubber } from '../../../api/log.ts';
import type { World } from '../../../commands/effects/context.ts';
import type { Effects } from '../../../commands/effects/index.ts';
import { slugOf } from '../../../commands/identifiers.ts';
import { createMailGate } from '../../../commands/mail/gate.ts';
import { createModelLedger } from '../../../commands/model/ledger.ts';
import { causedBy, type Settings } from '../../../commands/process-managers/context.ts';
import { SPEC } from '../../../commands/testing/world.ts';
import { decidePlan } from '../../../domain/session/decide/claim.ts';
import { KEEP_FOR_EVER } from '../../../domain/session/process-managers/idleness.ts';
import { connectOutside } from './client.ts';
import { withFailpoints } from './decorate.ts';
import { createFailpoints } from './failpoints.ts';
import { watchRest } from './rest.ts';
import type { ToldEvent, WorkerCalls, WorkerOptions } from './worker-calls.ts';

const SETTINGS: Omit<Settings, 'runner' | 'exclusive'> = {
  specHash: SPEC,
  model: 'haiku',
  poolTarget: 0,
  poolBootConcurrency: 2,
  topUpHoldMs: 0,
  life: KEEP_FOR_EVER,
  maxAwake: 0,
  janitorEveryMs: 0,
  orphanGraceMs: 0,
  pageCheck: 'modules',
};

const CALL_LIMIT_MS = 600_000;
const AWAY = { code: 'upstream_down', message: 'No answer.', retryable: true };

/** What may be put between a server and what it stands on. */
export type Decoration = {
  readonly storage: (storage: Storage) => Storage;
  readonly world: (world: World) => World;
  readonly effects: Effects;
};

/** A server as `start` composes it, real files included, over an outside world in another process. */
export const startServerOver = async (
  options: WorkerOptions,
  tell: (events: readonly ToldEvent[]) => void,
) => {
  const { dataDir, sandboxes = 'local', residentialProxy } = options;
  const failpoints = createFailpoints(options.failpoint);
  const scrubber = createScrubber();
  const logger = createLogger({ level: 'error', format: 'json', scrub: scrubber, out: process.stderr });
  const shutdown = createShutdown(logger);
  const exclusive = options.settings?.exclusive ?? sandboxes === 'local';
  if (exclusive) shutdown.defer('data directory', orStop(lockDataDir(dataDir)).release);

  let sandboxExited = (_slug: string): void => undefined;
  const client = await connectOutside(options.outside, {
    sandboxes,
    onExit: (name) => sandboxExited(name.replace(/^mk0r-/, '')),
  });
  shutdown.defer('outside', client.close);
  const { storage: decorateStorage, world, effects } = withFailpoints(failpoints, client.dieAtNextCommit);
  const views = exclusive ? {} : { views: `views-${process.pid}.db` };
  const storage = decorateStorage(await openStorage({ dataDir }, { logger, scrubber, shutdown, ...views }));
  const outside: Outside = {
    ...client.outside,
    ...(residentialProxy === undefined ? {} : { residentialProxy }),
  };
  const { app, context, managers, caughtUp } = startCore({
    storage,
    outside,
    settings: { ...SETTINGS, exclusive, ...options.settings },
    logger,
    observe: { step: () => undefined, turn: () => undefined },
    claimed: () => undefined,
    health: (ready) => ({
      isolation: outside.sandboxes.isolation,
      store: 'up',
      services: {},
      agent: 'scripted',
      ready,
    }),
    shutdown,
    decorate: world,
    effects,
  });
  sandboxExited = managers.sandboxExited;

  const stopping = new AbortController();
  const rest = watchRest(context, storage.store, stopping.signal, (events) => {
    if (options.tells !== false)
      tell(
        events.map(({ stream, revision, position, type, data }) => ({
          stream,
          revision,
          position,
          type,
          data,
        })),
      );
  });
  shutdown.defer('rest', async () => {
    stopping.abort();
    await rest.stopped;
  });
  await caughtUp;

  const gate = createMailGate({
    handlers: context.handlers,
    vault: storage.vault,
    clock: context.clock,
    policy: { perDay: 10, recipientsPerMail: 3, isReal: false },
  });
  const calls: WorkerCalls = {
    createSession: (command) => app.createSession(command)(),
    submitTurn: (command) => app.submitTurn(command)(),
    cancelTurn: (command) => app.cancelTurn(command)(),
    chooseModel: (command) => app.chooseModel(command)(),
    setBudget: (command) => app.setBudget(command)(),
    callModel: async (sessionId, { reserves, uses, budget }) => {
      const ledger = createModelLedger(context, budget, stopping.signal);
      const model = 'claude-haiku-5-5';
      const call = await ledger.start(sessionId, { model, reservedMicros: reserves, limitMs: CALL_LIMIT_MS });
      if (call.kind === 'started')
        await ledger.settle(sessionId, {
          callId: call.callId,
          model,
          inputTokens: 10,
          outputTokens: 5,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          costMicros: uses,
          outcome: 'complete',
        });
      return E.right(call.kind);
    },
    upgrade: (command) => app.upgrade(command)(),
    moveHistory: (command) => app.moveHistory(command)(),
    forkSession: (command) => app.forkSession(command)(),
    retryFork: (command) => app.retryFork(command)(),
    retryService: (command) => app.retryService(command)(),
    releaseService: (command) => app.releaseService(command)(),
    submitWithPicture: async ({ picture, ...command }) => {
      const bytes = Buffer.from(picture, 'base64');
      const kept = await app.keepPicture({ ...command, bytes })();
      if (E.isLeft(kept)) return kept;
      return app.submitTurn({ ...command, pictures: [kept.right.attachment.id] })();
    },
    saveFile: (command) => app.saveFile(command)(),
    revealVariable: (command) => app.revealVariable(command)(),
    replaceVariable: (command) => app.replaceVariable(command)(),
    changeData: (command) => app.changeData(command)(),
    wake: (command) => app.wake(command)(),
    closeSession: (command) => app.closeSession(command)(),
    issueLink: (command) => app.issueLink(command)(),
    redeemLink: (command) => app.redeemLink(command)(),
    noteAppError: (command) => app.noteAppError(command)(),
    verifyAddress: (command) => app.verifyAddress(command)(),
    bringCode: async (command) => {
      const answer = await app.confirmAddress(command)();
      return E.isLeft(answer) && answer.left.tag === 'Refused' ? E.right({}) : answer;
    },
    look: async (slug) => {
      await app.preview(slug);
      app.touch(slug);
      return E.right({});
    },
    mail: async (sessionId, sendId, isTaken) => {
      const mails = [{ recipients: ['ann@example.com'], subject: 'Hello' }];
      const admitted = await gate.admit(sessionId, { sendId, body: 'Hello', mails })();
      if (E.isLeft(admitted)) return admitted;
      const outcome = isTaken ? { ids: ['mail-1'] } : { error: AWAY };
      return E.map(() => ({}))(await gate.settle(sessionId, sendId, outcome)());
    },
    setPoolTarget: (command) => app.setPoolTarget(command)(),
    drainPool: (command) => app.drainPool(command)(),
    planBefore: async (sessionId) => {
      const opened = await storage.vault.openSession(sessionId)();
      if (E.isLeft(opened)) return opened;
      const slug = slugOf(sessionId);
      const plan = {
        sessionId,
        slug,
        specHash: 'spec-before',
        model: 'haiku',
        residentialIp: false,
      } as const;
      const planned = await context.handlers.session(
        sessionId,
        (state) => decidePlan({ ...plan, purpose: 'pool' }, state),
        causedBy('pool-keeper', `plan|${sessionId}`),
      )();
      return E.map(() => ({}))(planned);
    },
    countInPool: async (sessionId) => {
      const counted = [
        { type: 'PoolTargetSet', data: { target: 1 } },
        { type: 'PrewarmPlanned', data: { sessionId } },
      ] as const;
      const put = await context.handlers.pool(
        SPEC,
        ({ target }) => E.right(target === undefined ? counted : []),
        causedBy('pool-keeper', `count|${sessionId}`),
      )();
      return E.map(() => ({}))(put);
    },
    releaseOrphans: (command) => app.releaseOrphans(command)(),
    rest: rest.rest,
    recovered: rest.recovered,
    passed: async () => failpoints.passed(),
    session: rest.session,
    claimable: rest.claimable,
    nudgePool: async () => app.nudgePool(),
    stop: shutdown.run,
  };
  return calls;
};
