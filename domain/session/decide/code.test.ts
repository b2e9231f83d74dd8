import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  attemptOf,
  checkpointed,
  claimed,
  closeRequested,
  OTHER_RUNNER,
  parked,
  planned,
  ROOT,
  RUNNER,
  ready,
  sha,
  slept,
  started,
  submitted,
  T0,
  turn,
  turnStarted,
} from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { dueSteps } from '../process-managers/due.ts';
import { isResting } from '../process-managers/idleness.ts';
import { dueTurn } from '../process-managers/turns.ts';
import { decideChangeFile, decideSaveFile, MAX_FILE_BYTES, type SaveFile } from './code.ts';
import { decideMoveHistory } from './history.ts';

const [A, B, BLOB] = [sha('a'), sha('b'), sha('9')];
const save = (change: Partial<SaveFile> = {}): SaveFile => ({
  saveId: 'save-1',
  path: 'src/App.tsx',
  base: BLOB,
  bytes: 120,
  ...change,
});
const asked: SessionEvent = {
  type: 'FileSaveRequested',
  data: { saveId: 'save-1', path: 'src/App.tsx', base: BLOB, from: A, bytes: 120 },
};
const saved: SessionEvent = {
  type: 'FileSaved',
  data: {
    attemptId: attemptOf('file_save'),
    saveId: 'save-1',
    sha: B,
    parent: A,
    title: 'Edit',
    changed: [],
  },
};
const refused: SessionEvent = {
  type: 'FileSaveRefused',
  data: {
    attemptId: attemptOf('file_save'),
    saveId: 'save-1',
    error: { code: 'file_changed', message: 'Changed.', retryable: false },
  },
};
const oneTurn = [ready(), claimed(), turn('turn-1', A, ROOT)] as const;
const asking = { now: T0, runner: RUNNER, exclusive: true };
const dueAfter = (...history: History) => dueSteps(given(...history).state, asking);

describe('saving a file by hand', () => {
  test('is asked for with the blob that was edited and the commit the code is at', () => {
    given(...oneTurn)
      .when(decideSaveFile, save())
      .gives([asked]);
  });

  test('the same save is asked for once, another waits until it is over', () => {
    given(...oneTurn, asked)
      .when(decideSaveFile, save())
      .givesNothing();
    given(...oneTurn, asked)
      .when(decideSaveFile, save({ saveId: 'save-2' }))
      .isRefused('SaveRunning');
    for (const end of [saved, refused, parked('file_save')]) {
      given(...oneTurn, asked, started('file_save'), end)
        .when(decideSaveFile, save({ saveId: 'save-2' }))
        .givesTypes('FileSaveRequested');
    }
  });

  test('the agent and the owner never write at the same time', () => {
    given(...oneTurn, submitted('turn-2'))
      .when(decideSaveFile, save())
      .isRefused('TurnRunning');
    given(...oneTurn, submitted('turn-2'), turnStarted('turn-2'))
      .when(decideSaveFile, save())
      .isRefused('TurnRunning');
    const { state } = given(...oneTurn, asked, submitted('turn-2'));
    expect(dueTurn(state, asking)).toBeUndefined();
    const kept = checkpointed('save-save-1', B);
    expect(dueTurn(given(...oneTurn, asked, saved, kept, submitted('turn-2')).state, asking)).toMatchObject({
      kind: 'start',
      turnId: 'turn-2',
    });
  });

  test('nor is the code moved meanwhile, or saved while it is moved', () => {
    given(...oneTurn, asked)
      .when(decideMoveHistory, { moveId: 'm', to: 'undo', data: 'keep' })
      .isRefused('SaveRunning');
    given(...oneTurn, {
      type: 'HistoryMoveRequested',
      data: { moveId: 'm', from: A, to: ROOT, kind: 'undo' },
    })
      .when(decideSaveFile, save())
      .isRefused('MoveRunning');
  });

  test('is a commit like that of a turn: undo leads back before it', () => {
    given(...oneTurn, asked, started('file_save'), saved)
      .when(decideMoveHistory, { moveId: 'm', to: 'undo', data: 'keep' })
      .gives([{ type: 'HistoryMoveRequested', data: { moveId: 'm', from: B, to: A, kind: 'undo' } }]);
  });

  test('happens before the push, wakes what sleeps, and keeps what is awake from sleeping', () => {
    expect(dueAfter(...oneTurn)).toEqual(['push']);
    expect(dueAfter(...oneTurn, asked)).toEqual(['file_save']);
    expect(dueAfter(...oneTurn, asked, started('file_save'), saved)).toEqual(['checkpoint', 'push']);
    expect(dueAfter(...oneTurn, asked, slept)).toEqual(['wake']);
    expect(isResting(given(...oneTurn, asked).state)).toBe(false);
  });

  test('is taken over from a server that is no more', () => {
    expect(dueAfter(...oneTurn, asked, started('file_save', { runner: OTHER_RUNNER }))).toEqual([
      'file_save',
    ]);
    expect(dueAfter(...oneTurn, asked, started('file_save'))).toEqual([]);
  });

  test.each([
    '/etc/passwd',
    '../outside.ts',
    'src/../../outside.ts',
    'src//App.tsx',
    './src/App.tsx',
    '',
    '.git/config',
    'packages/x/.GIT/hooks/post-commit',
    'node_modules/react/index.js',
    '.env',
    'src\\App.tsx',
    'a\u0000b',
    'a\nb',
    'x'.repeat(401),
  ])('%j is no file of the app', (path) => {
    given(...oneTurn)
      .when(decideSaveFile, save({ path }))
      .isRefused('FilePathInvalid');
  });

  test.each(["it's here.ts", '-rf', 'ünï/🌿 leaf.md', '.env.example', '$(touch x).ts', 'a*?[b].ts'])(
    '%j is one, however it is called',
    (path) => {
      given(...oneTurn)
        .when(decideSaveFile, save({ path }))
        .givesTypes('FileSaveRequested');
    },
  );

  test('a file may be large, and not larger', () => {
    given(...oneTurn)
      .when(decideSaveFile, save({ bytes: MAX_FILE_BYTES }))
      .givesTypes('FileSaveRequested');
    given(...oneTurn)
      .when(decideSaveFile, save({ bytes: MAX_FILE_BYTES + 1 }))
      .isRefused('FileTooLong');
  });

  test('nothing is saved before there is anything, or after its end', () => {
    given(planned()).when(decideSaveFile, save()).isRefused('NotReady');
    given(...oneTurn, closeRequested)
      .when(decideSaveFile, save())
      .isRefused('SessionNotOpen');
  });
});

describe('a file that is renamed or deleted', () => {
  const file = { saveId: 'save-1', path: 'src/old.ts', base: BLOB };

  test('is asked for like a save, by the blob that was looked at', () => {
    const common = { ...file, from: A, bytes: 0 };
    given(...oneTurn)
      .when(decideChangeFile, file)
      .gives([{ type: 'FileSaveRequested', data: { ...common, change: 'delete' } }]);
    given(...oneTurn)
      .when(decideChangeFile, { ...file, to: 'src/new.ts' })
      .gives([{ type: 'FileSaveRequested', data: { ...common, change: 'rename', to: 'src/new.ts' } }]);
  });

  test('is asked for once', () => {
    given(...oneTurn, { ...asked, data: { ...asked.data, saveId: 'save-1' } } as SessionEvent)
      .when(decideChangeFile, file)
      .givesNothing();
  });

  test.each([
    ['.env', undefined],
    ['.git/config', undefined],
    ['node_modules/react/index.js', undefined],
    ['src/a.ts', '../outside.ts'],
    ['src/a.ts', 'server/.env'],
    ['src/a.ts', 'src/a.ts'],
    ['src/a.ts', 'src/'],
  ])('is refused where %s, or what it would become (%s), is none of the app’s code', (path, to) => {
    given(...oneTurn)
      .when(decideChangeFile, { ...file, path, ...(to === undefined ? {} : { to }) })
      .isRefused('FilePathInvalid');
  });

  test('waits while the agent works, and while a file is saved', () => {
    given(...oneTurn, submitted('turn-2'))
      .when(decideChangeFile, file)
      .isRefused('TurnRunning');
    given(...oneTurn, asked)
      .when(decideChangeFile, { ...file, saveId: 'save-2' })
      .isRefused('SaveRunning');
  });
});
