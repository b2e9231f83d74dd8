import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReadModels, Table } from '../../projections/ports.ts';

/** Read models to be judged. */
export type MakeReadModels = () => Promise<{
  readonly readModels: ReadModels;
  readonly dispose: () => Promise<void>;
}>;

const NONE = {};
const table = (version: number): Table => ({
  name: `t_v${version}`,
  projection: 't',
  version,
  generation: 1,
});

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

    test('tables do not see each other, and one can be dropped', async () => {
      const row = { key: 'a', doc: 1, indexes: { owner: ['ann'] } };
      await readModels.begin(table(1));
      await readModels.write('t_v1', [row], '1');
      await readModels.write('t_v2', [{ ...row, doc: 2 }], '9');
      expect(await readModels.get('t_v1', 'a')).toBe(1);
      await readModels.drop('t_v1');
      expect(await readModels.get('t_v1', 'a')).toBeUndefined();
      expect(await readModels.checkpoint('t_v1')).toBeUndefined();
      expect(await readModels.find('t_v1', 'owner', 'ann')).toEqual([]);
      expect(await readModels.tables('t')).toEqual([]);
      expect(await readModels.get('t_v2', 'a')).toBe(2);
      expect(await readModels.checkpoint('t_v2')).toBe('9');
    });

    const roles = async () =>
      Object.fromEntries((await readModels.tables('t')).map(({ name, role }) => [name, role]));
    const last = { rows: [{ key: 'a', doc: 'last', indexes: NONE }], checkpoint: '5', pinned: false };

    test('a table that begins is being built, and is the only one', async () => {
      await readModels.begin(table(1));
      await readModels.begin({ ...table(1), projection: 'other', name: 'other_v1' });
      expect(await roles()).toEqual({ t_v1: 'building' });
      await readModels.write('t_v1', last.rows, '5');
      await readModels.begin(table(2));
      expect(await roles()).toEqual({ t_v2: 'building' });
      expect(await readModels.get('t_v1', 'a')).toBeUndefined();
    });

    test('the last rows come with the switch; who served is kept, and who was kept is dropped', async () => {
      for (const version of [1, 2, 3]) {
        await readModels.begin(table(version));
        await readModels.serve(table(version), last);
        expect(await readModels.get(`t_v${version}`, 'a')).toBe('last');
        expect(await readModels.checkpoint(`t_v${version}`)).toBe('5');
      }
      expect(await roles()).toEqual({ t_v2: 'kept', t_v3: 'serving' });
    });

    test('a kept table can serve again, with what serves kept instead', async () => {
      for (const version of [1, 2]) {
        await readModels.begin(table(version));
        await readModels.serve(table(version), last);
      }
      await readModels.serve(table(1), { rows: [], checkpoint: '6', pinned: true });
      expect(await readModels.tables('t')).toEqual(
        expect.arrayContaining([
          { ...table(1), role: 'serving', pinned: true },
          { ...table(2), role: 'kept', pinned: false },
        ]),
      );
      expect(await readModels.get('t_v1', 'a')).toBe('last');
    });

    test('a table that serves is not dropped', async () => {
      await readModels.begin(table(1));
      await readModels.serve(table(1), last);
      await readModels.drop('t_v1');
      expect(await roles()).toEqual({ t_v1: 'serving' });
      expect(await readModels.get('t_v1', 'a')).toBe('last');
    });

    test('an empty log leads to a table that serves, too', async () => {
      await readModels.begin(table(1));
      await readModels.serve(table(1), { rows: [], pinned: false });
      expect(await roles()).toEqual({ t_v1: 'serving' });
      expect(await readModels.checkpoint('t_v1')).toBeUndefined();
    });
  });
};
