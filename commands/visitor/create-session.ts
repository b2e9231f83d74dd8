import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { resourceName } from '../../domain/services.ts';
import { decideClaim, decidePlan } from '../../domain/session/decide/claim.ts';
import { decideFork, type ForkVersion } from '../../domain/session/decide/fork.ts';
import { decideDiscard } from '../../domain/session/decide/life.ts';
import { checkPrompt, decideSubmitTurn } from '../../domain/session/decide/turns.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import { evolve } from '../../domain/session/evolve.ts';
import type { ForkState, SessionState } from '../../domain/session/state.ts';
import type { Claim } from '../directory.ts';
import type { CommandFailure, Handled } from '../handler.ts';
import { derivedId, sessionIdFrom, sha256, slugOf } from '../identifiers.ts';
import type { Cause } from '../journal.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import { type Context, causedBy } from '../process-managers/context.ts';
import { isOutOfReach, takeUpSandbox } from '../process-managers/sandbox-watch.ts';

/** How long a pooled sandbox may take to answer `echo ok` before the next one is tried. */
const PROBE_TIMEOUT_MS = 2_000;
/** To get hold of one that another server has booted: still less than a cold start takes. */
const TAKE_UP_TIMEOUT_MS = 5_000;

export type CreateSession = {
  readonly commandId: string;
  readonly owner: string;
  readonly sessionKey?: string;
  readonly prompt?: string;
  readonly residentialIp: boolean;
  /** One page that this server writes: nothing is claimed or booted for it. Absent: a full app. */
  readonly mode?: 'quick';
  /** It begins as a version of another session, which is the visitor's too: that is for the caller to know. */
  readonly fork?: ForkVersion & {
    readonly from: string;
    /** What that one is called, and the version. */
    readonly title: string;
    readonly version: string;
  };
};

/** With what the other session has said there is to take. */
type Claiming = CreateSession & { readonly forked?: ForkState };

export type Created = {
  readonly sessionId: string;
  readonly slug: string;
  readonly sessionKey: string;
  readonly revision: number;
  readonly position?: string;
  readonly source: 'pool' | 'cold';
};

type Result = TE.TaskEither<CommandFailure, Created>;
type Accepted = Handled<SessionState, SessionEvent>;

/**
 * A visitor's session: a warm one from the pool where there is one that answers, else one planned and claimed at once.
 * Repeating the command answers with the same session and the same key.
 */
export const createSessionCreator = (context: Context) => {
  const { directory, handlers, world, clock, settings } = context;
  /** Candidates another request of this process is claiming right now; only saves lost races. */
  const reserved = new Set<string>();
  const inFlight = new Map<string, Promise<E.Either<CommandFailure, Created>>>();

  const create = (command: CreateSession): Result => {
    if (command.prompt !== undefined) {
      const prompt = checkPrompt(command.prompt);
      if (E.isLeft(prompt)) return TE.left({ tag: 'Refused', refusal: prompt.left });
    }
    return () => {
      const key = `${command.owner}|${command.commandId}`;
      const running = inFlight.get(key) ?? claim(command)().finally(() => inFlight.delete(key));
      inFlight.set(key, running);
      return running;
    };
  };

  const claim =
    (command: CreateSession): Result =>
    async () => {
      const before = directory.claimedBy(causeId(command));
      if (before !== undefined) return submitFirst(command, before)();
      const claiming = await withFork(command);
      if (E.isLeft(claiming)) return claiming;
      const warm =
        command.residentialIp || command.mode === 'quick' ? undefined : await claimWarm(claiming.right);
      return warm ?? coldStart(claiming.right)();
    };

  /** Asks the session that is forked what it has, and leaves it as it is. */
  const withFork = async (command: CreateSession): Promise<E.Either<CommandFailure, Claiming>> => {
    const { fork } = command;
    if (fork === undefined) return E.right(command);
    let forked: ForkState | undefined;
    const asked = await handlers.session(
      fork.from,
      (state) => {
        const decided = decideFork(fork, state);
        if (E.isLeft(decided)) return decided;
        forked = decided.right;
        return E.right([]);
      },
      visitorCause(command, 'fork'),
    )();
    return E.map(() => (forked === undefined ? command : { ...command, forked }))(asked);
  };

  /** The first entry that can be won and answers; `undefined` when there is none. */
  const claimWarm = async (command: Claiming): Promise<E.Either<CommandFailure, Created> | undefined> => {
    const tried = new Set<string>();
    for (;;) {
      const sessionId = directory
        .claimable(settings.specHash, clock.now())
        .map((candidate) => candidate.sessionId)
        .find((candidate) => !reserved.has(candidate) && !tried.has(candidate));
      if (sessionId === undefined) return undefined;
      tried.add(sessionId);
      reserved.add(sessionId);
      const won = await claimPooled(command, sessionId);
      reserved.delete(sessionId);
      if (E.isLeft(won) && won.left.tag !== 'Refused') return won;
      if (E.isLeft(won)) continue;
      if (await answersProbe(won.right.state)) {
        return submitFirst(command, { sessionId, source: 'pool' }, won.right)();
      }
      await discard(command, sessionId, 'it did not answer its probe');
    }
  };

  const claimPooled = (command: Claiming, sessionId: string): Promise<E.Either<CommandFailure, Accepted>> =>
    handlers.session(
      sessionId,
      (state, now) =>
        pipe(
          decideClaim(
            {
              owner: command.owner,
              keyDigest: sha256(keyOf(command)),
              source: 'pool',
              specHash: settings.specHash,
              now,
            },
            state,
          ),
          E.map((claimed) => (claimed.length === 0 ? claimed : [...claimed, ...forkOf(command)])),
        ),
      visitorCause(command, 'claim'),
    )();

  /** A pool entry may have died without anybody noticing: the visitor must not be the one to find out. */
  const answersProbe = async (state: SessionState): Promise<boolean> => {
    const sandbox = world.sandboxes.running(resourceName(state.slug)) ?? (await heldElsewhere(state));
    if (sandbox === undefined) return false;
    const result = await sandbox.exec({ cmd: ['echo', 'ok'], timeoutMs: PROBE_TIMEOUT_MS })();
    return E.isRight(result) && result.right.stdout.trim() === 'ok';
  };

  /** An entry may have been booted by another server: where sandboxes are a cloud's, this one gets hold of it too. */
  const heldElsewhere = async (state: SessionState): Promise<Sandbox | undefined> => {
    if (!isOutOfReach(context, state)) return undefined;
    const taken = await takeUpSandbox(context, state, TAKE_UP_TIMEOUT_MS);
    return E.isRight(taken) ? taken.right : undefined;
  };

  const discard = (command: CreateSession, sessionId: string, reason: string) =>
    handlers.session(
      sessionId,
      (state) => decideDiscard({ reason, claimedWith: sha256(keyOf(command)) }, state),
      causedBy('pool-keeper', `discard|${sessionId}`),
    )();

  const submitFirst = (command: CreateSession, claim: Claim, claimed?: Accepted): Result => {
    directory.noteClaim(causeId(command), claim);
    const { prompt } = command;
    if (prompt === undefined && claimed !== undefined) return TE.right(created(command, claim, claimed));
    const turn = { turnId: derivedId(causeId(command), 'turn'), prompt: prompt ?? '' };
    return pipe(
      handlers.session(
        claim.sessionId,
        (state) => (prompt === undefined ? E.right([]) : decideSubmitTurn(turn, state)),
        visitorCause(command, 'first-turn'),
      ),
      TE.map((accepted) => created(command, claim, accepted)),
    );
  };

  /** Planned, claimed and prompted in one append: there is nothing in between to crash in. */
  const coldStart = (command: Claiming): Result => {
    const sessionId = sessionIdFrom(world.derive('session-id', command.owner, command.commandId));
    return pipe(
      world.vault.openSession(sessionId),
      TE.mapLeft((error): CommandFailure => error),
      TE.flatMap(() =>
        handlers.session(
          sessionId,
          (state, now) => decideColdStart(command, sessionId, state, now),
          visitorCause(command, 'cold'),
        ),
      ),
      TE.map((accepted) => {
        directory.noteClaim(causeId(command), { sessionId, source: 'cold' });
        return created(command, { sessionId, source: 'cold' }, accepted);
      }),
    );
  };

  const decideColdStart = (
    command: Claiming,
    sessionId: string,
    state: SessionState,
    now: string,
  ): E.Either<Extract<CommandFailure, { tag: 'Refused' }>['refusal'], readonly SessionEvent[]> => {
    const { specHash, model } = settings;
    const { owner, prompt, residentialIp, mode } = command;
    const session = {
      sessionId,
      slug: slugOf(sessionId),
      specHash,
      model,
      purpose: 'visitor',
      residentialIp: residentialIp && mode !== 'quick',
      ...(mode === undefined ? {} : { mode }),
    } as const;
    const turn = { turnId: derivedId(causeId(command), 'turn'), prompt: prompt ?? '' };
    const keyDigest = sha256(keyOf(command));
    const decisions = [
      (current: SessionState) => decidePlan(session, current),
      (current: SessionState) => decideClaim({ owner, keyDigest, source: 'cold', specHash, now }, current),
      (current: SessionState) => E.right(current.fork === undefined ? forkOf(command) : []),
      (current: SessionState) => (prompt === undefined ? E.right([]) : decideSubmitTurn(turn, current)),
    ];
    const events: SessionEvent[] = [];
    let current = state;
    for (const decide of decisions) {
      const decided = decide(current);
      if (E.isLeft(decided)) return decided;
      events.push(...decided.right);
      current = decided.right.reduce((folded, event) => evolve(folded, event, now), current);
    }
    return E.right(events);
  };

  const keyOf = (command: CreateSession): string =>
    command.sessionKey ?? world.derive('session-key', command.owner, command.commandId);

  const created = (
    command: CreateSession,
    { sessionId, source }: Claim,
    { revision, position }: Accepted,
  ): Created => ({
    sessionId,
    slug: slugOf(sessionId),
    sessionKey: keyOf(command),
    revision,
    source,
    ...(position === undefined ? {} : { position }),
  });

  return create;
};

const forkOf = ({ fork, forked }: Claiming): readonly SessionEvent[] =>
  fork === undefined || forked === undefined
    ? []
    : [{ type: 'SessionForked', data: { ...forked, title: fork.title, version: fork.version } }];

/** Two visitors may choose the same command id; their commands are different ones all the same. */
const causeId = ({ owner, commandId }: CreateSession): string => derivedId(commandId, owner);

const visitorCause = (command: CreateSession, what: string): Cause => ({
  key: `${causeId(command)}|${what}`,
  causationId: causeId(command),
  correlationId: causeId(command),
  actor: `visitor:${command.owner}`,
});
