import { isLeft } from 'fp-ts/lib/Either.js';
import type { PublicEvent } from '../../projections/live.ts';
import type { Application } from '../application.ts';
import { sizeOf } from './frames.ts';

/** What a resume may be: beyond it a snapshot is smaller than the way there. */
export const RESUME_EVENTS = 1_000;
export const RESUME_CHARS = 1024 * 1024;
const PAGE = 250;
const FRAME_CHARS = 128 * 1024;

/** The log did not answer, or not with the events it has to have. */
export class UnreadableError extends Error {}

/**
 * Events `from` to `to`, both inclusive, contiguous; `undefined` when `bound` asks for no more than a resume may be
 * and they are more.
 * Rejects with `UnreadableError` where the log cannot be read.
 */
export const readRange = async (
  app: Pick<Application, 'events'>,
  session: string,
  range: { readonly from: number; readonly to: number; readonly bound: 'resume' | 'none' },
): Promise<readonly PublicEvent[] | undefined> => {
  const bounded = range.bound === 'resume';
  if (bounded && range.to - range.from >= RESUME_EVENTS) return undefined;
  const events: PublicEvent[] = [];
  let chars = 0;
  for (let next = range.from; next <= range.to; ) {
    const page = await app.events(session, { from: next, limit: Math.min(PAGE, range.to - next + 1) })();
    if (isLeft(page)) throw new UnreadableError('the log cannot be read');
    for (const event of page.right) {
      if (event.pos !== next) throw new UnreadableError(`event ${next} is missing`);
      next += 1;
      chars += sizeOf(event);
      if (bounded && chars > RESUME_CHARS) return undefined;
      events.push(event);
    }
    if (page.right.length === 0) throw new UnreadableError(`event ${next} is missing`);
  }
  return events;
};

/** Groups of events small enough to be a frame each. */
export const inFrames = (events: readonly PublicEvent[]): readonly (readonly PublicEvent[])[] => {
  const frames: PublicEvent[][] = [];
  let chars = FRAME_CHARS;
  for (const event of events) {
    if (chars + sizeOf(event) > FRAME_CHARS) {
      frames.push([]);
      chars = 0;
    }
    frames.at(-1)?.push(event);
    chars += sizeOf(event);
  }
  return frames;
};
