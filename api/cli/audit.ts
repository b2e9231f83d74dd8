import { parseArgs } from 'node:util';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { EventStore, StoredEvent } from '../../commands/ports/event-store.ts';
import { verifySeals } from '../../commands/seal.ts';
import { sessionStream } from '../../domain/session/events.ts';

export const AUDIT_USAGE = `audit <session>    every event: revision, time, who, what; personal fields stay encrypted
audit <session> --at N    up to and with revision N
audit <session> --verify  checks every seal; exit code 1 where one does not fit`;

/** Reads the log itself, also while a server runs on it. */
export const audit = async (
  args: readonly string[],
  { store, say }: { readonly store: EventStore; readonly say: (line: string) => void },
): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { at: { type: 'string' }, verify: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [sessionId] = positionals;
  if (sessionId === undefined)
    throw new Error('Name the session, e.g. audit k3x9…; its id is in the address of its page.');
  const last = values.at === undefined ? Number.POSITIVE_INFINITY : Number(values.at);
  if (Number.isNaN(last)) throw new Error('--at takes a revision, e.g. --at 42.');
  const read = await store.readStream(sessionStream(sessionId))();
  if (isLeft(read)) throw new Error(read.left.message);
  if (read.right.length === 0) throw new Error(`There is no session ${sessionId} in this log.`);
  for (const event of read.right.filter(({ revision }) => revision <= last)) say(lineOf(event));
  return values.verify ? verified(read.right, say) : 0;
};

const lineOf = ({ revision, type, id, data, metadata }: StoredEvent): string =>
  `${String(revision).padStart(5)}  ${metadata.at}  ${metadata.actor}  ${type}  ${JSON.stringify(data)}  id ${id}  because of ${metadata.causationId}`;

const verified = (events: readonly StoredEvent[], say: (line: string) => void): number => {
  const { firstBad } = verifySeals(events);
  say(
    firstBad === undefined
      ? `all ${events.length} events carry the seal of the one before them`
      : `event ${firstBad.pos} does not fit: ${firstBad.reason}`,
  );
  return firstBad === undefined ? 0 : 1;
};
