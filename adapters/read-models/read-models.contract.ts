import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadModels } from '../../projections/ports.ts';

/** Read models to be judged. */
export type MakeReadModels = () => Promise<{
  readonly readModels: ReadModels;
  readonly dispose: () => Promise<void>;
}>;

const NONE = {};

/** What every adapter of the port promises. */
export const readModelsContract = (name: string, make: MakeReadModels): void => {
  describe(`${name} keeps the read models' contract`, () => {
    let readModels: ReadModels;
    let dispose: () => Promise<void>;

    beforeEach(async () => {
      ({ readModels, dispose } = await make());
    });
    afterEach(() => dispose());

    test('a document is read as it was written, last', async () => {
      const doc = { text: 'Zażółć 🧵 \u2028 "quoted"', nested: [1, null, { a: true }] };
      await readModels.write('t_v1', [{ key: 'a', doc: { old: 1 }, indexes: NONE }], '1');
      await readModels.write('t_v1', [{ key: 'a', doc, indexes: NONE }], '2');
      expect(await readModels.get('t_v1', 'a')).toEqual(doc);
      expect(await readModels.checkpoint('t_v1')).toBe('2');
    });

    test('what was never written is not there', async () => {
      expect(await readModels.get('t_v1', 'a')).toBeUndefined();
      expect(await readModels.checkpoint('t_v1')).toBeUndefined();
      expect(await readModels.find('t_v1', 'owner', 'ann')).toEqual([]);
    });

    test('a checkpoint moves on without rows', async () => {
      await readModels.write('t_v1', [], '7');
      expect(await readModels.checkpoint('t_v1')).toBe('7');
    });

    test('a document that has become undefined is gone, from its indexes too', async () => {
      await readModels.write('t_v1', [{ key: 'a', doc: 1, indexes: { owner: ['ann'] } }], '1');
      await readModels.write('t_v1', [{ key: 'a', doc: undefined, indexes: NONE }], '2');
      expect(await readModels.get('t_v1', 'a')).toBeUndefined();
      expect(await readModels.find('t_v1', 'owner', 'ann')).toEqual([]);
    });

    test('documents are found by every value they are listed under, in key order, and by no old one', async () => {
      const listed = (key: string, ...owner: readonly string[]) => ({ key, doc: key, indexes: { owner } });
      await readModels.write(
        't_v1',
        [listed('b', 'ann', 'bob'), listed('a', 'ann'), listed('c', 'eve')],
        '1',
      );
      expect(await readModels.find('t_v1', 'owner', 'ann')).toEqual(['a', 'b']);
      expect(await readModels.find('t_v1', 'owner', 'bob')).toEqual(['b']);
      await readModels.write('t_v1', [listed('b', 'eve')], '2');
      expect(await readModels.find('t_v1', 'owner', 'ann')).toEqual(['a']);
      expect(await readModels.find('t_v1', 'other', 'ann')).toEqual([]);
    });

    test('tables do not see each other, and old ones can be dropped', async () => {
      const row = { key: 'a', doc: 1, indexes: { owner: ['ann'] } };
      await readModels.write('t_v1', [row], '1');
      await readModels.write('t_v2', [{ ...row, doc: 2 }], '9');
      expect(await readModels.get('t_v1', 'a')).toBe(1);
      await readModels.keepOnly(['t_v2']);
      expect(await readModels.get('t_v1', 'a')).toBeUndefined();
      expect(await readModels.checkpoint('t_v1')).toBeUndefined();
      expect(await readModels.find('t_v1', 'owner', 'ann')).toEqual([]);
      expect(await readModels.get('t_v2', 'a')).toBe(2);
      expect(await readModels.checkpoint('t_v2')).toBe('9');
    });
  });
};
