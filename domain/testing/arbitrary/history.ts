import fc from 'fast-check';
import {
  type Arbitraries,
  attempt,
  attemptId,
  changed,
  checkpointId,
  commit,
  error,
  kind,
  nothing,
  text,
} from './values.ts';

/** Versions, forks, checkpoints, and what is changed by hand. */
export const HISTORY = {
  SessionForked: fc.record(
    {
      from: text,
      slug: fc.constant('forkedfromit'),
      commit,
      data: fc.constantFrom('kept', 'empty'),
      checkpointId,
      title: text,
      version: text,
    },
    { requiredKeys: ['from', 'slug', 'commit', 'data', 'title', 'version'] },
  ),
  DataForked: fc.record({
    attemptId,
    checkpointId,
    tables: fc.array(fc.record({ name: text, rows: attempt }), { maxLength: 2 }),
  }),
  CodeForked: fc.record({ attemptId, sha: commit }),
  ForkRetryRequested: nothing,
  FileSaveRequested: fc.record(
    {
      saveId: text,
      path: text,
      base: fc.option(commit),
      from: commit,
      bytes: attempt,
      change: fc.constantFrom('rename', 'delete'),
      to: text,
    },
    { requiredKeys: ['saveId', 'path', 'base', 'from', 'bytes'] },
  ),
  FileSaved: fc.record({ attemptId, saveId: text, sha: commit, parent: commit, title: text, changed }),
  FileSaveRefused: fc.record({ attemptId, saveId: text, error }),
  DataChangeRequested: fc.record(
    { via: fc.constantFrom('insert', 'update', 'delete', 'sql'), table: text, statement: text },
    { requiredKeys: ['via'] },
  ),
  CheckpointTaken: fc.record({
    attemptId,
    checkpointId,
    sha: commit,
    reason: fc.constantFrom('start', 'turn', 'move', 'fork'),
    bytes: fc.constantFrom(0, 8_000_000, 300_000_000),
    tables: fc.array(fc.record({ name: text, rows: attempt }), { maxLength: 2 }),
    dropped: fc.subarray(['checkpoint-1', 'checkpoint-2', 'checkpoint-3']),
  }),
  HistoryMoveRequested: fc.record(
    { moveId: text, from: commit, to: commit, kind, restore: checkpointId },
    { requiredKeys: ['moveId', 'from', 'to', 'kind'] },
  ),
  HistoryMoved: fc.record(
    {
      attemptId,
      from: commit,
      to: commit,
      kind,
      data: fc.constantFrom('kept', 'restored'),
      checkpointId,
    },
    { requiredKeys: ['attemptId', 'from', 'to', 'kind', 'data'] },
  ),
} satisfies Partial<Arbitraries>;
