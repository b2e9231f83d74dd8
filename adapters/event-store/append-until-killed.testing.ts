/** Run as a process of its own: appends without end, and prints `<stream> <revision>` for each append that resolved. */
import { writeSync } from 'node:fs';
import { right, rightOf } from '../../domain/testing/outcome.ts';
import { openSqliteEventStore } from './sqlite.ts';
import { anEvent } from './testing.ts';

const store = rightOf(openSqliteEventStore({ file: process.argv[2] ?? '' }));

const appendForever = async (stream: string): Promise<never> => {
  let revision = -1;
  for (;;) {
    const events = [anEvent({ after: revision }), anEvent({ after: revision + 1 })];
    ({ revision } = await right(store.append(stream, revision, events)));
    // Synchronous, so that an acknowledgement is never lost in a buffer.
    writeSync(1, `${stream} ${revision}\n`);
  }
};

await Promise.all(['session-a', 'session-b', 'session-c'].map(appendForever));
