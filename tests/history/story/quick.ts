import type { SessionEvent } from '../../../domain/session/events.ts';
import { QUICK_ROOT } from '../../../domain/session/history.ts';
import { REFUSED, sha, started, turn } from './parts.ts';

export const QUICK = 'quickquickquickquick';

/** A quick page that could not become a full app at first, and then did. */
export const quick: readonly SessionEvent[] = [
  {
    type: 'SessionPlanned',
    data: {
      sessionId: QUICK,
      slug: QUICK.slice(0, 12),
      specHash: '5d41402abc4b2a76',
      purpose: 'visitor',
      residentialIp: false,
      model: 'haiku',
      mode: 'quick',
    },
  },
  { type: 'SandboxClaimed', data: { source: 'cold', owner: 'uid-eve', keyDigest: 'a7'.repeat(32) } },
  ...turn(1, 'A list of my books.', sha('b'), QUICK_ROOT),
  {
    type: 'HistoryMoveRequested',
    data: { moveId: 'move-1', from: sha('b'), to: QUICK_ROOT, kind: 'undo' },
  },
  started('history_move'),
  {
    type: 'HistoryMoved',
    data: { attemptId: 'history_move#1', from: sha('b'), to: QUICK_ROOT, kind: 'undo', data: 'kept' },
  },
  ...turn(2, 'A list of my films.', sha('c'), QUICK_ROOT),
  { type: 'UpgradeRequested', data: { turnId: 'turn-3' } },
  { type: 'TurnSubmitted', data: { turnId: 'turn-3', prompt: 'Make it a full app.' } },
  started('vm_boot'),
  { type: 'StepParked', data: { step: 'vm_boot', attempt: 1, error: REFUSED } },
  { type: 'UpgradeFailed', data: { error: REFUSED } },
  { type: 'TurnFailed', data: { turnId: 'turn-3', error: { ...REFUSED, code: 'upgrade_failed' } } },
  { type: 'UpgradeRequested', data: {} },
  started('git_setup'),
  {
    type: 'RepoInitialized',
    data: { attemptId: 'git_setup#1', sha: sha('d'), branch: 'main', parent: sha('c') },
  },
  { type: 'SessionReady', data: { missing: [], sha: sha('d') } },
];
