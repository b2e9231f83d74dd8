import { sessionOfStream } from '../../../commands/event-codec.ts';
import { slugOf } from '../../../commands/identifiers.ts';
import type { StoredEvent } from '../../../commands/ports/event-store.ts';
import type { Stage } from '../stage.ts';

/** By these there is something of its owner's in a session. */
const OWNERS = new Set([
  'TurnSubmitted',
  'SessionForked',
  'UpgradeRequested',
  'FileSaveRequested',
  'VariableReplaced',
  'DataChangeRequested',
]);

/** While these strike the log cannot be told who uses what, and a server that dies takes it along. */
const UNTOLD = [
  ...['store-unavailable', 'store-answer-lost', 'store-full', 'store-unreadable'],
  ...['vault-unavailable', 'vault-full'],
];

/** A session is ended as abandoned although somebody has use of it: answers why it is not, `undefined` where it is. */
export const wronglyAbandoned = (
  { world, cluster, audience }: Stage,
  { stream, type, data, metadata }: StoredEvent,
): string | undefined => {
  if (type !== 'CloseRequested') return undefined;
  const { reason } = data as { readonly reason: string };
  const sessionId = sessionOfStream(stream) ?? '';
  if (reason.includes('nothing was ever asked for')) {
    const mine = world.store.eventsOf(stream).find((event) => OWNERS.has(event.type));
    return mine === undefined ? undefined : `${slugOf(sessionId)} is ended as never used, after ${mine.type}`;
  }
  if (!reason.includes('not used for too long')) return undefined;
  const seenAt = audience.seenAt(sessionId);
  if (seenAt === undefined || UNTOLD.some((kind) => world.faults.counts.has(kind))) return undefined;
  const unusedMs = Date.parse(metadata.at) - seenAt;
  return unusedMs < cluster.settings().life.idleMs
    ? `${slugOf(sessionId)} is ended ${unusedMs} ms after somebody looked at it`
    : undefined;
};
