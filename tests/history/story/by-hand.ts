import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, REFUSED, released, sha, started, turn } from './parts.ts';

export const BY_HAND = 'goldbyhand0000000001';

/** What its owner does by hand: code, variables, a row, a service given back. */
export const byHand: readonly SessionEvent[] = [
  planned(BY_HAND, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-cleo', keyDigest: 'e3'.repeat(32) } },
  ...booted(BY_HAND),
  ...turn(1, 'A list of my books.', sha('b'), sha('a')),
  {
    type: 'FileSaveRequested',
    data: { saveId: 'save-1', path: 'src/App.tsx', base: sha('9'), from: sha('b'), bytes: 812 },
  },
  started('file_save'),
  {
    type: 'FileSaved',
    data: {
      attemptId: 'file_save#1',
      saveId: 'save-1',
      sha: sha('c'),
      parent: sha('b'),
      title: 'Edit src/App.tsx',
      changed: [{ path: 'src/App.tsx', status: 'modified' }],
    },
  },
  {
    type: 'FileSaveRequested',
    data: { saveId: 'save-2', path: 'src/books.ts', base: null, from: sha('c'), bytes: 0 },
  },
  started('file_save', 2),
  {
    type: 'FileSaveRefused',
    data: { attemptId: 'file_save#2', saveId: 'save-2', error: { ...REFUSED, code: 'file_changed' } },
  },
  { type: 'VariableRevealed', data: { name: 'DATABASE_URL' } },
  { type: 'VariableReplaced', data: { name: 'RESEND_API_KEY', replaceId: 'replace-1', by: 'own' } },
  started('env_write', 2),
  {
    type: 'EnvWritten',
    data: {
      attemptId: 'env_write#2',
      version: 2,
      names: ['DATABASE_URL', 'RESEND_API_KEY'],
      digest: 'd1'.repeat(32),
      services: ['posthog', 'neon', 'github'],
      own: { RESEND_API_KEY: 'replace-1' },
    },
  },
  { type: 'VariableReplaced', data: { name: 'RESEND_API_KEY', replaceId: 'replace-2', by: 'service' } },
  { type: 'DataChangeRequested', data: { via: 'update', table: 'books' } },
  { type: 'DataChangeRequested', data: { via: 'sql', statement: 'UPDATE books SET read = true' } },
  { type: 'ServiceReleaseRequested', data: { service: 'github' } },
  ...released('github'),
];
