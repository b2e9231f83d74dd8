import type { DocumentReference } from 'firebase-admin/firestore';
import { firestoreMessage } from '../../firestore/failure.ts';
import { withDeadline } from '../../provider-api/deadline.ts';

/** What tells a log from every other, once it holds anything. */
export type LogName = () => Promise<string | undefined>;

const DEADLINE_MS = 20_000;

/** Views are of one log: positions of another mean nothing in it. */
export class ViewsOfAnotherLog extends Error {
  override readonly name = 'ViewsOfAnotherLog';
  constructor(collection: string) {
    super(
      `Firestore holds the views of another log in ${collection}, and the next ones. If no other installation uses them, ` +
        'delete those collections, which are made again from the log; otherwise set FIRESTORE_PREFIX to a name of this ' +
        "log's own.",
    );
  }
}

export class FirestoreUnreachable extends Error {
  override readonly name = 'FirestoreUnreachable';
}

/** Notes in a document whose views these are, and refuses those of another log. */
export const logOwner = (document: DocumentReference, log: LogName = async () => undefined) => {
  const notedName = async (): Promise<string | undefined> => {
    const noted: unknown = (await document.get()).get('log');
    return typeof noted === 'string' ? noted : undefined;
  };
  let isOurs = false;

  const compare = async (noted: string | undefined, name: string | undefined): Promise<void> => {
    if (noted !== undefined && noted !== name) throw new ViewsOfAnotherLog(document.parent.id);
    if (noted === undefined && name !== undefined) await document.set({ log: name });
    isOurs = name !== undefined;
  };

  return {
    /** When views are opened. A log that holds nothing has none that could be there already. */
    check: async (): Promise<void> => {
      const name = await log();
      try {
        await withDeadline(
          notedName().then((noted) => compare(noted, name)),
          DEADLINE_MS,
        );
      } catch (error) {
        if (error instanceof ViewsOfAnotherLog) throw error;
        throw new FirestoreUnreachable(firestoreMessage(error), { cause: error });
      }
    },
    /** Before the first write, which comes of an event: the log has a name by then. */
    claim: async (): Promise<void> => {
      if (!isOurs) await compare(await notedName(), await log());
      isOurs = true;
    },
  };
};
