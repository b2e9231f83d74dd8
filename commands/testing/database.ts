import * as E from 'fp-ts/lib/Either.js';
import { type Checkpoints, type Copy, TOO_LATE } from '../ports/checkpoints.ts';
import type { ProviderError } from '../ports/services.ts';
import { createFakeProvider, type FakeProvider, type Latency } from './providers.ts';

const COPY_BYTES = 8_000_000;

/** What one session has: what was written into its database, and copies of that. */
type Held = {
  rows: readonly string[];
  readonly copies: Map<string, readonly string[]>;
  /** Restores that were carried out, by what was there before. */
  readonly moves: Map<string, string>;
};

export type FakeDatabase = FakeProvider & {
  readonly checkpoints: Checkpoints;
  readonly write: (slug: string, row: string) => void;
  readonly rowsOf: (slug: string) => readonly string[];
  /** A copy is gone, and nobody of us has given it up. */
  readonly losesCopy: (slug: string, checkpointId: string) => void;
  /** Fails everything that is brought over until it is called with `undefined`. */
  readonly bringsFail: (error: ProviderError | undefined) => void;
  readonly copiesOf: (slug: string) => readonly string[];
};

const missing: ProviderError = {
  code: 'checkpoint_missing',
  message: 'There is no such copy.',
  retryable: false,
};

/** A database that is a list of rows, with copies of it under the names they were given. */
export const createFakeDatabase = (
  latency: Latency,
  provider = createFakeProvider('neon', latency),
): FakeDatabase => {
  const all = new Map<string, { readonly resourceId: string; readonly held: Held }>();

  /** Of what is there now: what is made anew begins empty. */
  const of = (slug: string): Held => {
    const resourceId = provider.live.get(slug) ?? '';
    const before = all.get(slug);
    if (before?.resourceId === resourceId) return before.held;
    const held: Held = { rows: [], copies: new Map(), moves: new Map() };
    all.set(slug, { resourceId, held });
    return held;
  };

  const copyOf = (checkpointId: string, rows: readonly string[]): Copy => ({
    checkpointId,
    bytes: COPY_BYTES,
    tables: [{ name: 'rows', rows: rows.length }],
  });

  const sameAs = ({ copies, rows }: Held, keep: readonly string[]): string | undefined =>
    keep.find((id) => JSON.stringify(copies.get(id)) === JSON.stringify(rows));

  let refusal: ProviderError | undefined;
  const scratches = new Set<string>();

  const checkpoints: Checkpoints = {
    most: 20,
    scratch: {
      open:
        ({ slug, checkpointId }) =>
        async () => {
          await latency();
          if (checkpointId !== undefined && !of(slug).copies.has(checkpointId)) return E.left(missing);
          scratches.add(slug);
          return E.right({ databaseUrl: `postgresql://scratch-of-${slug}` });
        },
      close:
        ({ slug }) =>
        async () => {
          await latency();
          scratches.delete(slug);
          return E.right(undefined);
        },
      list: () => async () => E.right([...scratches]),
    },
    take:
      ({ slug, checkpointId, keep, isOver }) =>
      async () => {
        await latency();
        if (isOver()) return E.left(TOO_LATE);
        if (!provider.live.has(slug)) return E.left({ ...missing, code: 'database_missing' });
        const held = of(slug);
        const same = held.copies.has(checkpointId) ? checkpointId : sameAs(held, keep);
        const taken = same ?? checkpointId;
        if (same === undefined) held.copies.set(taken, held.rows);
        for (const id of held.copies.keys()) if (id !== taken && !keep.includes(id)) held.copies.delete(id);
        return E.right(copyOf(taken, held.copies.get(taken) ?? []));
      },
    restore:
      ({ slug, checkpointId, moveId, keep, isOver, meanwhile }) =>
      async () => {
        await latency();
        if (isOver()) return E.left(TOO_LATE);
        const held = of(slug);
        const before = held.moves.get(moveId);
        const wanted = held.copies.get(checkpointId);
        if (before === undefined && wanted === undefined) return E.left(missing);
        const moved = await meanwhile();
        if (E.isLeft(moved)) return moved;
        const taken = before ?? sameAs(held, keep) ?? moveId;
        if (before === undefined) {
          if (!held.copies.has(taken)) held.copies.set(taken, held.rows);
          held.moves.set(moveId, taken);
          held.rows = wanted ?? [];
        }
        await latency();
        return E.right(copyOf(taken, held.copies.get(taken) ?? []));
      },
    bring:
      ({ slug, from, moveId, keep, isOver }) =>
      async () => {
        await latency();
        if (isOver()) return E.left(TOO_LATE);
        if (refusal !== undefined) return E.left(refusal);
        const held = of(slug);
        const before = held.moves.get(moveId);
        const wanted = all.get(from.slug)?.held.copies.get(from.checkpointId);
        if (!provider.live.has(slug)) return E.left({ ...missing, code: 'database_missing' });
        if (before === undefined && (wanted === undefined || !provider.live.has(from.slug)))
          return E.left(missing);
        const taken = before ?? sameAs(held, keep) ?? moveId;
        if (before === undefined) {
          if (!held.copies.has(taken)) held.copies.set(taken, held.rows);
          held.moves.set(moveId, taken);
          held.rows = wanted ?? [];
        }
        await latency();
        const { tables } = copyOf(moveId, held.rows);
        return E.right({ tables, before: copyOf(taken, held.copies.get(taken) ?? []) });
      },
  };

  return {
    ...provider,
    checkpoints,
    write: (slug, row) => {
      const held = of(slug);
      held.rows = [...held.rows, row];
    },
    losesCopy: (slug, checkpointId) => void of(slug).copies.delete(checkpointId),
    bringsFail: (error) => {
      refusal = error;
    },
    rowsOf: (slug) => of(slug).rows,
    copiesOf: (slug) => (provider.live.has(slug) ? [...of(slug).copies.keys()] : []),
  };
};
