import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import { type Place, takePlace } from './place.ts';

let dataDir: string;
const held: Place[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mk0r-place-'));
});
afterEach(async () => {
  for (const place of held.splice(0)) place.release();
  await rm(dataDir, { recursive: true, force: true });
});

const take = (role: 'all' | 'api' | 'worker'): Place => {
  const place = rightOf(takePlace({ dataDir, role }));
  held.push(place);
  return place;
};
const refusal = (role: 'all' | 'api' | 'worker') => takePlace({ dataDir, role });

describe('the place of a process in a data directory', () => {
  test('is all of it for the only server', () => {
    expect(take('all').ownDir).toBe(dataDir);
  });

  test('is a folder each for processes that share it', () => {
    const [first, second, worker] = [take('api'), take('api'), take('worker')];
    expect(first.ownDir).toBe(join(dataDir, 'processes', 'api-1'));
    expect(second.ownDir).toBe(join(dataDir, 'processes', 'api-2'));
    expect(worker.ownDir).toBe(join(dataDir, 'processes', 'worker-1'));
  });

  test('of a process that ended is the next one’s, with the views that are in it', () => {
    const [first] = [take('api'), take('api')];
    first.release();
    expect(take('api').ownDir).toBe(first.ownDir);
  });

  test('is refused to the only server beside others, and to others beside it', () => {
    const worker = take('worker');
    expect(refusal('all')).toMatchObject({ left: { tag: 'DataDirInUse' } });
    worker.release();
    const alone = take('all');
    for (const role of ['api', 'worker'] as const)
      expect(refusal(role)).toMatchObject({ left: { tag: 'DataDirInUse' } });
    alone.release();
    expect(take('api').ownDir).toContain('api-1');
  });
});
