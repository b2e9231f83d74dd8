import type { SessionEvent } from '../../../domain/session/events.ts';
import { booted, planned, REFUSED, sha, started, turn } from './parts.ts';

export const PICTURES = '91c791c791c791c791c7';

/** A message with a picture; and a file of the app renamed, then deleted, by its owner. */
export const pictures: readonly SessionEvent[] = [
  planned(PICTURES, 'visitor'),
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-dora', keyDigest: 'f4'.repeat(32) } },
  ...booted(PICTURES),
  ...turn(1, 'A page for my bakery.', sha('b'), sha('a')),
  {
    type: 'TurnSubmitted',
    data: {
      turnId: 'turn-2',
      prompt: 'Use this as the logo.',
      attachments: [
        { id: '7a'.repeat(16), mediaType: 'image/png', bytes: 20_480, digest: '7a'.repeat(32) },
        { id: '3c'.repeat(16), mediaType: 'image/webp', bytes: 181_204, digest: '3c'.repeat(32) },
      ],
    },
  },
  { type: 'TurnCancelled', data: { turnId: 'turn-2' } },
  {
    type: 'FileSaveRequested',
    data: {
      ...{ saveId: 'save-1', path: 'src/old.ts', base: sha('9'), from: sha('b'), bytes: 0 },
      ...{ change: 'rename', to: 'src/bakery.ts' },
    },
  },
  started('file_save'),
  {
    type: 'FileSaved',
    data: {
      attemptId: 'file_save#1',
      saveId: 'save-1',
      sha: sha('c'),
      parent: sha('b'),
      title: 'Rename src/old.ts to src/bakery.ts',
      changed: [
        { path: 'src/bakery.ts', status: 'added' },
        { path: 'src/old.ts', status: 'deleted' },
      ],
    },
  },
  {
    type: 'FileSaveRequested',
    data: {
      ...{ saveId: 'save-2', path: 'src/bakery.ts', base: sha('9'), from: sha('c'), bytes: 0 },
      change: 'delete',
    },
  },
  started('file_save', 2),
  {
    type: 'FileSaveRefused',
    data: { attemptId: 'file_save#2', saveId: 'save-2', error: { ...REFUSED, code: 'file_changed' } },
  },
];
