import * as E from 'fp-ts/lib/Either.js';
import type { Provided } from '../../domain/janitor/events.ts';
import {
  decideNoteFindings,
  decideNoteRelease,
  type JanitorState,
  mayRelease,
  type Orphan,
  whyOrphan,
} from '../../domain/janitor/janitor.ts';
import { decideNoteLost } from '../../domain/session/decide/life.ts';
import {
  decideNoteMissing,
  decideRetryReleases,
  stuckReleases,
} from '../../domain/session/decide/resources.ts';
import type { Cause } from '../journal.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { ProviderError } from '../ports/services.ts';
import { type Context, causedBy } from './context.ts';
import { type Absent, type Comparison, compare, TOO_MUCH_ABSENT } from './janitor-compare.ts';
import { giveBack } from './janitor-look.ts';

/** What one sweep came to. */
export type Sweep = {
  readonly found: number;
  readonly released: number;
  readonly failed: number;
  readonly missing: number;
  /** Sessions whose releases had been given up on, and are tried again. */
  readonly retried: number;
  /** Providers that did not answer, or whose answer is not believed: nothing is known of what they hold. */
  readonly unreachable: readonly { readonly service: Provided; readonly code: string }[];
};

/** What listings lack this often in a row, minutes apart, is not there. */
const LOOKS_UNTIL_MISSING = 2;
/** The first look waits until a start has come to rest. */
const FIRST_LOOK_MS = 60_000;

/**
 * `janitor` compares what the providers hold with what the log says. What no session owns is recorded and then released;
 * what a session owns and is not there is recorded. Names that are not ours are never touched.
 */
export const createJanitor = (context: Context, store: Pick<EventStore, 'readAll'>, stopped: AbortSignal) => {
  const { directory, handlers, world, clock, settings, log } = context;
  const absences = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();
  let sweptAt: string | undefined;

  /** One at a time. `asked` by an operator: known orphans at once, and also what had been given up on. */
  const sweep = (asked?: Cause): Promise<Sweep> => {
    const mine = last.then(() => sweepNow(asked));
    last = mine.catch(() => undefined);
    return mine;
  };

  const sweepNow = async (asked?: Cause): Promise<Sweep> => {
    const cause = asked ?? causedBy('janitor', clock.id());
    const { orphans, absent, looked, unreachable } = await compare(context, store);
    for (const { service, error } of unreachable)
      log.warn(
        { service, code: error.code },
        error.code === TOO_MUCH_ABSENT.code
          ? 'the provider lacks most of what sessions have: is the key of another account? nothing is taken for lost'
          : 'the janitor got no listing',
      );
    const known = await noteOrphans({ orphans, looked }, cause);
    const missing = await noteMissing(absent, cause);
    const retried = asked === undefined ? 0 : await retryStuck(asked);
    // Nothing is released that is not in the log first.
    const ended = await releaseAll(known === undefined ? [] : due(known, asked !== undefined), cause);
    sweptAt = clock.now();
    return {
      found: orphans.length,
      ...ended,
      missing,
      retried,
      unreachable: unreachable.map(({ service, error }) => ({ service, code: error.code })),
    };
  };

  const noteOrphans = async (
    { orphans, looked }: Pick<Comparison, 'orphans' | 'looked'>,
    cause: Cause,
  ): Promise<JanitorState | undefined> => {
    const noted = await handlers.janitor(
      (state) => E.right(decideNoteFindings({ found: orphans, looked }, state)),
      keyed(cause, 'found'),
    )();
    if (E.isRight(noted)) return noted.right.state;
    log.warn({ reason: noted.left.tag }, 'the janitor cannot write down what it found');
    return undefined;
  };

  const noteMissing = async (absent: readonly Absent[], cause: Cause): Promise<number> => {
    const before = new Map(absences);
    absences.clear();
    let noted = 0;
    for (const { service, state } of absent) {
      const key = `${service}|${state.sessionId}`;
      const looks = (before.get(key) ?? 0) + 1;
      absences.set(key, looks);
      if (looks < LOOKS_UNTIL_MISSING) continue;
      const recorded = await handlers.session(
        state.sessionId,
        (current) =>
          service === 'sandbox'
            ? decideNoteLost({ reason: 'its files are gone' }, current)
            : decideNoteMissing({ service }, current),
        keyed(cause, `missing|${key}`),
      )();
      if (E.isRight(recorded) && recorded.right.events.length > 0) noted += 1;
    }
    return noted;
  };

  const due = ({ orphans }: JanitorState, all: boolean): readonly Orphan[] =>
    Object.values(orphans).filter((orphan) => all || mayRelease(orphan, clock.now(), settings.orphanGraceMs));

  const releaseAll = async (
    orphans: readonly Orphan[],
    cause: Cause,
  ): Promise<Pick<Sweep, 'released' | 'failed'>> => {
    let [released, failed] = [0, 0];
    for (const orphan of orphans) {
      if (stopped.aborted) break;
      if (await release(orphan, cause)) released += 1;
      else failed += 1;
    }
    return { released, failed };
  };

  const release = async (orphan: Orphan, cause: Cause): Promise<boolean> => {
    const { service, resourceId, name, slug } = orphan;
    const owner = directory.sessionBySlug(slug);
    // The log may have moved on since it was found.
    if (whyOrphan(orphan, owner) === undefined) return false;
    const result = await giveBack(world, clock, orphan, owner);
    const outcome = E.isRight(result) ? {} : { error: withoutHints(result.left) };
    log.info({ service, name, ...outcome }, E.isRight(result) ? 'orphan released' : 'orphan not released');
    await handlers.janitor(
      (state) => E.right(decideNoteRelease({ service, resourceId, ...outcome }, state)),
      keyed(cause, `${service}|${resourceId}`),
    )();
    return E.isRight(result);
  };

  const retryStuck = async (cause: Cause): Promise<number> => {
    let retried = 0;
    for (const state of [...directory.sessions()].filter((one) => stuckReleases(one).length > 0)) {
      const recorded = await handlers.session(
        state.sessionId,
        (current) => decideRetryReleases({ reason: 'an operator asked for it' }, current),
        keyed(cause, `retry|${state.sessionId}`),
      )();
      if (E.isRight(recorded) && recorded.right.events.length > 0) retried += 1;
    }
    return retried;
  };

  const start = (): void => {
    const every = settings.janitorEveryMs;
    if (every === 0) return;
    let cancel = (): void => undefined;
    stopped.addEventListener('abort', () => cancel(), { once: true });
    // Counted from the end of a look: what it found has then been known for so long at the next one.
    const tick = async (): Promise<void> => {
      await sweep().catch((error: unknown) => log.error({ error: String(error) }, 'a sweep failed'));
      if (!stopped.aborted) cancel = clock.after(every, tick);
    };
    cancel = clock.after(Math.min(every, FIRST_LOOK_MS), tick);
  };

  return { sweep, start, sweptAt: (): string | undefined => sweptAt };
};

/** One sweep writes to many streams, and to some more than once. */
const keyed = (cause: Cause, what: string): Cause => ({ ...cause, key: `${cause.key}|${what}` });

const withoutHints = ({ code, message, retryable }: ProviderError) => ({ code, message, retryable });

export type Janitor = ReturnType<typeof createJanitor>;
