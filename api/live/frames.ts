import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import {
  type ClientFrame,
  type OperatorFrame,
  type PublicEvent,
  type ServerFrame,
  TOPICS,
  type Topic,
} from '../../projections/live.ts';

const strict = { additionalProperties: false } as const;
const Session = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const TopicName = Type.Unsafe<Topic>({ type: 'string', enum: TOPICS });

const ClientFrameSchema = Compile(
  Type.Union([
    Type.Object(
      { type: Type.Literal('hello'), ticket: Type.String({ minLength: 1, maxLength: 4_096 }) },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('sub'),
        session: Session,
        epoch: Type.Optional(Type.String({ maxLength: 100 })),
        // -1: has seen nothing yet, and wants the events rather than a snapshot.
        from: Type.Optional(Type.Integer({ minimum: -1, maximum: Number.MAX_SAFE_INTEGER })),
      },
      strict,
    ),
    Type.Object({ type: Type.Literal('unsub'), session: Session }, strict),
    Type.Object({ type: Type.Literal('sub'), topic: TopicName }, strict),
    Type.Object({ type: Type.Literal('unsub'), topic: TopicName }, strict),
  ]),
);

/** A client's frame, or what is wrong with it. */
export const parseFrame = (text: string): Either<string, ClientFrame | OperatorFrame> => {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return left('frames are JSON');
  }
  return ClientFrameSchema.Check(frame) ? right(frame) : left('frames are hello, sub or unsub');
};

export const encode = (frame: ServerFrame): string => JSON.stringify(frame);

/** What a line that counts as one that receives (pulse.ts) takes in a beat. */
const PART_CHARS = 128 * 1024;

/**
 * A long frame in parts: a page that hears nothing for three beats takes its connection for dead, and of a frame it hears
 * only once the whole of it is there.
 */
export const inParts = (text: string): readonly string[] => {
  if (text.length <= PART_CHARS) return [text];
  const parts: string[] = [];
  for (let from = 0; from < text.length; from += PART_CHARS) {
    const to = from + PART_CHARS;
    parts.push(encode({ type: 'part', text: text.slice(from, to), last: to >= text.length }));
  }
  return parts;
};

/** One event goes to every tab that watches: it is written out once, and kept as long as the event is. */
const written = new WeakMap<PublicEvent, string>();
const writtenOut = (event: PublicEvent): string => {
  const known = written.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(event);
  written.set(event, text);
  return text;
};

/** Characters an event takes in a frame. */
export const sizeOf = (event: PublicEvent): number => writtenOut(event).length;

export const encodeEvent = (session: string, prev: number, event: PublicEvent): string =>
  `{"type":"event","session":${JSON.stringify(session)},"prev":${prev},"event":${writtenOut(event)}}`;

export const encodeEvents = (session: string, events: readonly PublicEvent[]): string =>
  `{"type":"events","session":${JSON.stringify(session)},"events":[${events.map(writtenOut).join(',')}]}`;
