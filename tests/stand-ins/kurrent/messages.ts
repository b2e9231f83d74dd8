import shared from '@eventstore/db-client/generated/shared_pb.js';
import type {
  AppendReq,
  AppendResp as AppendRespMessage,
  ReadResp as ReadRespMessage,
} from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { LogRecord, Outcome, Proposed } from './log.ts';

const TICKS_PER_MILLISECOND = 10_000;

const uuid = (id: string) => new shared.UUID().setString(id);
export const identifier = (name: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(name));
export const nameOf = (id: { readonly getStreamName_asU8: () => Uint8Array } | undefined): string =>
  Buffer.from(id?.getStreamName_asU8() ?? []).toString('utf8');

/** An event as `Read` answers it, with its positions also in a stream, as since 22.6. */
export const eventMessage = (record: LogRecord): ReadRespMessage => {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(uuid(record.id))
    .setStreamIdentifier(identifier(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(String(record.position))
    .setPreparePosition(String(record.position))
    .setCustomMetadata(record.metadata)
    .setData(record.data);
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(Date.now() * TICKS_PER_MILLISECOND));
  return new streams.ReadResp().setEvent(
    new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(String(record.position)),
  );
};

export const notFoundMessage = (stream: string): ReadRespMessage =>
  new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream)),
  );

export const confirmationMessage = (): ReadRespMessage =>
  new streams.ReadResp().setConfirmation(
    new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID()),
  );

export const caughtUpMessage = (): ReadRespMessage =>
  new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());

export const proposedOf = (message: AppendReq.ProposedMessage): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

/** No position on a repetition; on several events that of the first one as prepare: nobody may lean on either. */
export const appendMessage = (outcome: Outcome, expected: number): AppendRespMessage => {
  const response = new streams.AppendResp();
  if (outcome.is === 'wrong-version') {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected < 0) wrong.setExpectedNoStream(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    return response.setWrongExpectedVersion(wrong);
  }
  const success = new streams.AppendResp.Success().setCurrentRevision(String(outcome.last.revision));
  if (outcome.is === 'repeated') success.setNoPosition(new shared.Empty());
  else {
    success.setPosition(
      new streams.AppendResp.Position()
        .setCommitPosition(String(outcome.last.position))
        .setPreparePosition(String(outcome.first.position)),
    );
  }
  return response.setSuccess(success);
};
