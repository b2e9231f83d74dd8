import { describe, expect, it } from 'vitest';
import { createReplayBuffer } from './replay-buffer.ts';

const filled = (count: number, maxEvents: number, maxBytes = Number.POSITIVE_INFINITY) => {
  const buffer = createReplayBuffer(maxEvents, maxBytes);
  for (let n = 1; n <= count; n += 1) buffer.append({ type: 'message', text: `${n}` });
  return buffer;
};

const ids = (lines: readonly string[]): number[] => lines.map((line) => JSON.parse(line).eventId);

describe('the replay buffer', () => {
  it('hands out what comes after an id, a batch at a time', () => {
    const buffer = filled(5, 10);
    expect(ids(buffer.after(0, 3).lines)).toEqual([1, 2, 3]);
    expect(ids(buffer.after(3, 3).lines)).toEqual([4, 5]);
    expect(buffer.after(5, 3)).toEqual({ missingUpTo: undefined, lines: [], cursor: 5 });
  });

  it('forgets the oldest first, and says up to where something is missing', () => {
    const replay = filled(25, 10).after(3, 2);
    expect(replay.missingUpTo).toBe(15);
    expect(ids(replay.lines)).toEqual([16, 17]);
    expect(replay.cursor).toBe(17);
  });

  it('misses nothing that a reader has already seen', () => {
    expect(filled(25, 10).after(15, 100).missingUpTo).toBeUndefined();
  });

  it('keeps to its bytes, but always the newest frame', () => {
    const buffer = filled(100, 1_000, 200);
    expect(buffer.after(0, 1_000).lines.join('').length).toBeLessThanOrEqual(200);
    buffer.append({ type: 'message', text: 'x'.repeat(1_000) });
    expect(ids(buffer.after(0, 1_000).lines)).toEqual([101]);
  });

  it('numbers on correctly however often it has thrown away', () => {
    const buffer = filled(10_000, 7);
    expect(ids(buffer.after(0, 100).lines)).toEqual([9_994, 9_995, 9_996, 9_997, 9_998, 9_999, 10_000]);
  });
});
