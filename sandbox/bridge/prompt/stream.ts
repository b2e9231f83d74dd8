import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Turn } from './turn.ts';

/** Lines handed over at once, so that a long replay does not sit in memory twice. */
const BATCH = 256;
/** An empty line now and then tells a client, and every proxy between, that a thinking agent's stream is alive. */
const HEARTBEAT_MS = 10_000;
/** A client that takes nothing for this long is gone, whatever its connection says. */
const STALLED_MS = 60_000;

const gap = (eventId: number): string =>
  `${JSON.stringify({
    eventId,
    type: 'error',
    code: 'replay_gap',
    message: 'A part of the answer is no longer kept and cannot be sent again.',
  })}\n`;

const drained = async (response: ServerResponse, gone: AbortSignal): Promise<void> => {
  try {
    await once(response, 'drain', { signal: AbortSignal.any([gone, AbortSignal.timeout(STALLED_MS)]) });
  } catch {
    response.destroy();
  }
};

/** Writes the frames after `cursor` as NDJSON, first those kept, then live, and ends with the prompt. */
export const streamTurn = async (
  turn: Turn,
  cursor: number,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> => {
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write('\n');
  }, HEARTBEAT_MS);
  const leave = turn.join();
  try {
    let at = cursor;
    while (!gone.aborted && !response.destroyed) {
      const replay = turn.buffer.after(at, BATCH);
      const text = (replay.missingUpTo === undefined ? '' : gap(replay.missingUpTo)) + replay.lines.join('');
      at = replay.cursor;
      if (text !== '') {
        if (!response.write(text)) await drained(response, gone);
      } else if (turn.hasEnded()) {
        response.end();
        return;
      } else {
        await turn.changed(gone);
      }
    }
  } finally {
    clearInterval(heartbeat);
    leave();
  }
};
