import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { type Progress, writeAnew } from './write-anew.ts';

const { file, timeoutMs, isWrittenAnew } = workerData as Progress & {
  readonly file: string;
  readonly timeoutMs: number;
};

const database = new DatabaseSync(file, { timeout: timeoutMs });
try {
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  parentPort?.postMessage(writeAnew(database, { isWrittenAnew }));
} finally {
  database.close();
}
