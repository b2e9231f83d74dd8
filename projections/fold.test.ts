import { expect, test } from 'vitest';
import { planned, started } from '../domain/testing/histories.ts';
import { createFold } from './fold.ts';
import { byNumber, published } from './testing/feed.ts';

type Doc = { readonly steps: number };
const COUNTED = new Set(['neon', 'resend']);

/** One document for all streams, which few events change. */
const fold = () =>
  createFold<Doc>(
    {
      name: 'few_steps',
      version: 1,
      keyOf: () => 'all',
      evolve: (doc = { steps: 0 }, { data }) =>
        COUNTED.has(String((data as { step?: string }).step)) ? { steps: doc.steps + 1 } : doc,
      indexes: () => ({}),
    },
    { from: undefined, load: async () => undefined, comparePositions: byNumber, keepWeight: 1_000 },
  );

test('a document that events leave as it is is not written, and the checkpoint moves on', async () => {
  const folding = fold();
  const log = published([planned(), started('neon'), started('vm_boot'), started('acp_init')]);
  await folding.apply(log.slice(0, 2));
  const written: unknown[] = [];
  const write = async (rows: readonly { readonly doc: unknown }[], checkpoint: string) => {
    written.push([rows.map(({ doc }) => doc), checkpoint]);
    return 'here' as const;
  };
  await folding.flush(write);
  await folding.apply(log.slice(2));
  await folding.flush(write);
  expect(written).toEqual([
    [[{ steps: 1 }], '2'],
    [[], '4'],
  ]);
});

test('a document is written once, however many events have changed it', async () => {
  const folding = fold();
  await folding.apply(published(Array.from({ length: 50 }, () => started('neon'))));
  expect(folding.pending()).toEqual({
    rows: [{ key: 'all', doc: { steps: 50 }, indexes: {} }],
    checkpoint: '50',
  });
});
