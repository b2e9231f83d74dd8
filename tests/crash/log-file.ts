import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SessionEvent } from '../../domain/session/events.ts';
import { sessionStream } from '../../domain/session/events.ts';

/** The events of a session as they stand in the server's log file; personal fields are still encrypted. */
export const openLogFile = (dataDir: string) => {
  const db = new DatabaseSync(join(dataDir, 'log', 'events.db'), { readOnly: true });
  const select = db.prepare(
    `SELECT type, data FROM events JOIN streams ON streams.id = stream WHERE name = ? ORDER BY revision`,
  );
  return {
    eventsOf: (sessionId: string): readonly SessionEvent[] =>
      select
        .all(sessionStream(sessionId))
        .map(({ type, data }) => ({ type, data: JSON.parse(String(data)) }) as SessionEvent),
    close: () => db.close(),
  };
};

/** Returns as soon as the log holds such an event of the session. The test's own limit ends it. */
export const untilLogged = async (
  dataDir: string,
  sessionId: string,
  isIt: (event: SessionEvent) => boolean,
): Promise<void> => {
  const log = openLogFile(dataDir);
  try {
    while (!log.eventsOf(sessionId).some(isIt)) await new Promise((resolve) => setTimeout(resolve, 2));
  } finally {
    log.close();
  }
};
