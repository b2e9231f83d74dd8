import { once } from 'node:events';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Log, LogRecord } from './log.ts';
import { caughtUpMessage, confirmationMessage, eventMessage, nameOf, notFoundMessage } from './messages.ts';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

const FORWARDS = 0;

const send = async (call: ReadCall, message: ReadResp, signal: AbortSignal): Promise<void> => {
  if (!call.write(message)) await once(call, 'drain', { signal }).catch(() => undefined);
};

/** Forwards from the given place inclusive, backwards from it exclusive or from the end: `Streams.Read.cs`. */
const pageOfAll = (log: Log, options: ReadReq.Options): readonly LogRecord[] => {
  const all = options.getAll();
  const given = all?.getPosition();
  if (options.getReadDirection() === FORWARDS) {
    if (all?.hasEnd()) return [];
    const from = BigInt(given?.getCommitPosition() ?? 0);
    return log.all().filter(({ position }) => position >= from);
  }
  const before = given === undefined ? undefined : BigInt(given.getCommitPosition());
  return log
    .all()
    .filter(({ position }) => before === undefined || position < before)
    .toReversed();
};

const pageOfStream = (log: Log, options: ReadReq.Options): readonly LogRecord[] | undefined => {
  const stream = options.getStream();
  const from = stream?.hasRevision() ? Number(stream.getRevision()) : 0;
  return log.stream(nameOf(stream?.getStreamIdentifier()))?.slice(from);
};

const readOnce = async (call: ReadCall, log: Log, options: ReadReq.Options, signal: AbortSignal) => {
  const found = options.hasStream() ? pageOfStream(log, options) : pageOfAll(log, options);
  if (found === undefined)
    await send(call, notFoundMessage(nameOf(options.getStream()?.getStreamIdentifier())), signal);
  const count = Number(options.getCount());
  for (const record of (found ?? []).slice(0, count)) {
    if (signal.aborted) return;
    await send(call, eventMessage(record), signal);
  }
  call.end();
};

/** `$all`, strictly after the given position, then whatever is appended, through a filter on the event's type. */
const subscribe = async (call: ReadCall, log: Log, options: ReadReq.Options, signal: AbortSignal) => {
  const all = options.getAll();
  const regex = options.getFilter()?.getEventType()?.getRegex();
  const isWanted = ({ type }: LogRecord): boolean => regex === undefined || new RegExp(regex).test(type);
  const after = all?.getPosition()?.getCommitPosition();
  let next = all?.hasEnd()
    ? log.all().length
    : log.all().filter(({ position }) => after !== undefined && position <= BigInt(after)).length;
  await send(call, confirmationMessage(), signal);
  let isCaughtUp = false;
  while (!signal.aborted) {
    const record = log.all()[next];
    if (record !== undefined) {
      next += 1;
      if (isWanted(record)) await send(call, eventMessage(record), signal);
      continue;
    }
    if (!isCaughtUp) await send(call, caughtUpMessage(), signal);
    isCaughtUp = true;
    if (next === log.all().length) await log.changed(signal);
  }
};

export const read = async (call: ReadCall, log: Log, signal: AbortSignal): Promise<void> => {
  const options = call.request.getOptions();
  if (options === undefined) throw new Error('a read without options');
  await (options.hasSubscription()
    ? subscribe(call, log, options, signal)
    : readOnce(call, log, options, signal));
};
