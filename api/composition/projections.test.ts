import { expect, test } from 'vitest';
import { PROJECTION } from '../testing/views.ts';
import { createProjections } from './projections.ts';

const standing = (position: string | undefined) =>
  createProjections({
    all: [{ name: PROJECTION.name, applied: () => position, status: async () => PROJECTION } as never],
  }).projections();

test('an operator is told that it is bytes of KurrentDB, and not events, that a view is behind', async () => {
  expect(await standing('0000000000002100/0000000000002100')).toEqual([{ ...PROJECTION, unit: 'bytes' }]);
  expect(await standing('42')).toEqual([PROJECTION]);
  expect(await standing(undefined)).toEqual([PROJECTION]);
});
