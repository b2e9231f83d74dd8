import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  claimed,
  moved,
  parked,
  planned,
  REFUSED,
  RUNNER,
  ready,
  sandboxUp,
  sha,
  started,
  submitted,
  T0,
  turnCommitted,
  turnFinished,
  turnStarted,
} from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { QUICK_ROOT } from '../history.ts';
import { dueSteps } from '../process-managers/due.ts';
import { decideSaveFile } from './code.ts';
import { decideMoveHistory } from './history.ts';
import { decideClose } from './life.ts';
import { decideUpgrade } from './quick.ts';
import { decideRecordFailure } from './steps.ts';

const page: readonly SessionEvent[] = [planned({ purpose: 'visitor', mode: 'quick' }), claimed()];
const written: readonly SessionEvent[] = [
  ...page,
  submitted(),
  turnStarted(),
  turnCommitted('turn-1', sha('b'), QUICK_ROOT),
  turnFinished(),
];
const upgrade = { turnId: 'turn-2' };
const asked: SessionEvent = { type: 'UpgradeRequested', data: upgrade };
const upgrading: readonly SessionEvent[] = [...written, asked, submitted('turn-2')];
const due = (events: readonly SessionEvent[]) =>
  dueSteps(given(events).state, { now: T0, runner: RUNNER, exclusive: true });

describe('a quick page', () => {
  test('has nothing due, and is closed at once', () => {
    expect(due(written)).toEqual([]);
    given(written).when(decideClose, { reason: 'deleted' }).givesTypes('CloseRequested', 'SessionClosed');
  });

  test('moves between its versions, and is not edited by hand', () => {
    given(written)
      .when(decideMoveHistory, { moveId: 'm', to: 'undo', data: 'keep' } as const)
      .givesTypes('HistoryMoveRequested');
    given(written)
      .when(decideSaveFile, { saveId: 's', path: 'index.html', base: null, bytes: 1 })
      .isRefused('QuickPage');
    const undone = given(written, moved(sha('b'), QUICK_ROOT, 'undo')).state;
    expect(undone.history).toMatchObject({ at: QUICK_ROOT, childOf: { [QUICK_ROOT]: sha('b') } });
  });
});

describe('a full app of it', () => {
  test('is asked for with a turn that builds it, and boots', () => {
    given(written).when(decideUpgrade, upgrade).givesTypes('UpgradeRequested', 'TurnSubmitted');
    expect(due(upgrading)).toEqual(expect.arrayContaining(['vm_boot', 'neon', 'github']));
  });

  test('is asked for without a turn where nothing was ever asked for', () => {
    given(page)
      .when(decideUpgrade, upgrade)
      .gives([{ type: 'UpgradeRequested', data: {} }]);
  });

  test('waits for the page to be written, is asked for once, and never of an app', () => {
    given(page, submitted()).when(decideUpgrade, upgrade).isRefused('TurnRunning');
    given(upgrading).when(decideUpgrade, upgrade).givesNothing();
    given(ready()).when(decideUpgrade, upgrade).isRefused('NotQuick');
  });

  test('that has no sandbox leaves the page, and fails its turn', () => {
    const failed = { step: 'vm_boot', attemptId: 'vm_boot#1', error: REFUSED, jitter: 0, now: T0 } as const;
    given(upgrading, started('vm_boot'))
      .when(decideRecordFailure, failed)
      .givesTypes('StepParked', 'UpgradeFailed', 'TurnFailed');
  });

  test('goes on without a service that is given up on, as any app', () => {
    const failed = { step: 'resend', attemptId: 'resend#1', error: REFUSED, jitter: 0, now: T0 } as const;
    given(upgrading, started('resend')).when(decideRecordFailure, failed).givesTypes('StepParked');
  });

  test('begins where the page is now: what was carried over for an attempt before is not enough', () => {
    const begun: SessionEvent = {
      type: 'RepoInitialized',
      data: { attemptId: 'git_setup#1', sha: sha('c'), branch: 'main', parent: sha('b') },
    };
    const gaveUp: SessionEvent = { type: 'UpgradeFailed', data: { error: REFUSED } };
    const first = [...upgrading, ...sandboxUp().filter(({ type }) => type !== 'RepoInitialized'), begun];
    expect(given(first).state.upgrade?.sha).toBe(sha('c'));
    const again = [...first, started('env_write'), parked('env_write'), gaveUp, asked];
    expect(due(again)).toContain('git_setup');
    expect(given(again).state.upgrade?.sha).toBeUndefined();
  });

  test('that failed leaves no sandbox running', () => {
    const gaveUp: SessionEvent = { type: 'UpgradeFailed', data: { error: REFUSED } };
    expect(due([...upgrading, ...sandboxUp(), gaveUp])).toEqual(['sleep']);
  });
});
