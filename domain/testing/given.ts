import { type Either, isLeft, isRight } from 'fp-ts/lib/Either.js';
import { expect } from 'vitest';
import type { Instant } from '../envelope.ts';
import type { PoolEvent } from '../pool/events.ts';
import { emptyPool, evolvePool, type PoolState } from '../pool/pool.ts';
import type { SessionEvent } from '../session/events.ts';
import { evolve } from '../session/evolve.ts';
import type { Refusal } from '../session/refusals.ts';
import { noSession, type SessionState } from '../session/state.ts';
import { T0 } from './histories.ts';

type Decision<Event> = Either<Refusal, readonly Event[]> | readonly Event[];

/** A decider of the domain: the command, what is so, and for a few the time. */
type Decide<Command, State, Event> = (command: Command, state: State, now: Instant) => Decision<Event>;

/**
 * `given(...events).when(decide, command).gives(events)`: what a command leads to after what has happened. A refusal is
 * named by its tag; `givesNothing` is the idempotent answer.
 */
const specification =
  <State, Event>(initial: State, fold: (state: State, event: Event) => State) =>
  (...history: readonly (Event | readonly Event[])[]) => {
    const state = (history.flat() as Event[]).reduce(fold, initial);
    return {
      state,
      when: <Command>(decide: Decide<Command, State, Event>, command: Command) => {
        const decision = decide(command, state, T0);
        const decided = '_tag' in decision ? decision : ({ _tag: 'Right', right: decision } as const);
        return {
          gives: (expected: readonly Event[]) => expect(decided).toEqual({ _tag: 'Right', right: expected }),
          givesTypes: (...types: readonly string[]) => {
            expect(isRight(decided) ? decided.right.map(typeOf) : decided).toEqual(types);
          },
          givesNothing: () => expect(decided).toEqual({ _tag: 'Right', right: [] }),
          isRefused: (tag: Refusal['tag']) =>
            expect(isLeft(decided) ? decided.left.tag : decided).toEqual(tag),
        };
      },
    };
  };

const typeOf = (event: unknown): string => (event as { readonly type: string }).type;

export const given = specification<SessionState, SessionEvent>(noSession, (state, event) =>
  evolve(state, event, T0),
);

export const givenPool = specification<PoolState, PoolEvent>(emptyPool, evolvePool);

/** Events and lists of them, in the order they happened. */
export type History = readonly (SessionEvent | readonly SessionEvent[])[];
