import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerReadableStream } from '@grpc/grpc-js';
import type { Log, Proposed } from './log.ts';
import { appendMessage, nameOf, proposedOf } from './messages.ts';

/** `MaxAppendSize` up to EventStoreDB 24.10; the size that counts is that of data and metadata. */
export const MAX_APPEND_BYTES = 1024 * 1024;

export class AppendTooBig extends Error {}

/** The unary `Append`: options first, then an event a message; decided when the client has ended its side. */
export const append = async (
  call: ServerReadableStream<AppendReq, AppendResp>,
  log: Log,
): Promise<AppendResp> => {
  let options: AppendReq.Options | undefined;
  const events: Proposed[] = [];
  for await (const message of call as AsyncIterable<AppendReq>) {
    options ??= message.getOptions();
    const proposed = message.getProposedMessage();
    if (proposed !== undefined) events.push(proposedOf(proposed));
  }
  if (options === undefined || options.hasAny() || options.hasStreamExists())
    throw new Error('this stand-in knows appends at an explicit revision only');
  const bytes = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooBig();
  const expected = options.hasNoStream() ? -1 : Number(options.getRevision());
  return appendMessage(log.append(nameOf(options.getStreamIdentifier()), expected, events), expected);
};
