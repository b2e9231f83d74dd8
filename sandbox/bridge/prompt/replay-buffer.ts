import type { FrameBody } from './frame.ts';

export type Replay = {
  /** Id of the last frame that was asked for but is no longer kept; `undefined` where nothing is missing. */
  readonly missingUpTo: number | undefined;
  readonly lines: readonly string[];
  /** Id of the last frame in `lines`, or where the reader stood. */
  readonly cursor: number;
};

/** The frames of one prompt as NDJSON lines, numbered from 1; the oldest give way once a limit is reached. */
export type ReplayBuffer = {
  readonly append: (frame: FrameBody) => void;
  /** At most `limit` lines with an id greater than `id`. */
  readonly after: (id: number, limit: number) => Replay;
  readonly lastId: () => number;
};

export const MAX_EVENTS = 5_000;
export const MAX_BYTES = 4 * 1024 * 1024;

export const createReplayBuffer = (maxEvents = MAX_EVENTS, maxBytes = MAX_BYTES): ReplayBuffer => {
  let lines: string[] = [];
  /** Lines before `head` are dropped already; the array is compacted only now and then. */
  let head = 0;
  let bytes = 0;
  let lastId = 0;

  const trim = (): void => {
    // The newest line stays, whatever its size: it may be the one that says how the prompt ended.
    while (lines.length - head > 1 && (lines.length - head > maxEvents || bytes > maxBytes)) {
      bytes -= Buffer.byteLength(lines[head] ?? '');
      // Its place is kept, its text is not: five thousand long ones would be all the memory there is.
      lines[head] = '';
      head += 1;
    }
    if (head > maxEvents) {
      lines = lines.slice(head);
      head = 0;
    }
  };

  return {
    append: (frame) => {
      lastId += 1;
      const line = `${JSON.stringify({ eventId: lastId, ...frame })}\n`;
      lines.push(line);
      bytes += Buffer.byteLength(line);
      trim();
    },
    after: (id, limit) => {
      const firstId = lastId - (lines.length - head) + 1;
      const from = Math.max(id + 1, firstId);
      const start = head + (from - firstId);
      const batch = lines.slice(start, start + limit);
      return {
        missingUpTo: from > id + 1 ? from - 1 : undefined,
        lines: batch,
        cursor: from - 1 + batch.length,
      };
    },
    lastId: () => lastId,
  };
};
