import { describe, expect, test } from 'vitest';
import { given, type History } from '../../testing/given.ts';
import {
  attemptOf,
  closeRequested,
  parked,
  planned,
  RUNNER,
  ready,
  started,
  T0,
} from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { dueSteps } from '../process-managers/due.ts';
import { stepOf } from '../state.ts';
import { decideReplaceVariable, decideRevealVariable, MAX_OWN_VARIABLES } from './variables.ts';

const asking = { now: T0, runner: RUNNER, exclusive: true };
const dueAfter = (...history: History) =>
  dueSteps(given(...history).state, asking).filter((step) => step !== 'push');
const replaced = (name: string, replaceId: string, by: 'own' | 'service' = 'own'): SessionEvent => ({
  type: 'VariableReplaced',
  data: { name, replaceId, by },
});
const written = (version: number, own?: Readonly<Record<string, string>>): SessionEvent => ({
  type: 'EnvWritten',
  data: {
    attemptId: attemptOf('env_write'),
    version,
    names: ['RESEND_API_KEY'],
    digest: 'd',
    services: ['posthog', 'neon', 'resend', 'github'],
    ...(own === undefined ? {} : { own }),
  },
});
const replace = {
  name: 'RESEND_API_KEY',
  replaceId: 'r1',
  by: 'own',
  isWritable: true,
} as const;

describe('replacing a variable', () => {
  test('is a fact of its own, and makes the env file due until it is in it', () => {
    given(...ready())
      .when(decideReplaceVariable, replace)
      .gives([replaced('RESEND_API_KEY', 'r1')]);
    expect(dueAfter(...ready())).toEqual([]);
    expect(dueAfter(...ready(), replaced('RESEND_API_KEY', 'r1'))).toEqual(['env_write']);
    const inFile = [...ready(), replaced('RESEND_API_KEY', 'r1'), started('env_write')];
    expect(dueAfter(...inFile, written(2, { RESEND_API_KEY: 'r1' }))).toEqual([]);
  });

  test('again while the file is written makes it due once more', () => {
    const history = [...ready(), replaced('A', 'r1'), started('env_write'), replaced('A', 'r2')];
    expect(dueAfter(...history, written(2, { A: 'r1' }))).toEqual(['env_write']);
  });

  test('tries again a file that was given up on', () => {
    const { state } = given(...ready(), parked('env_write'), replaced('A', 'r1'));
    expect(stepOf(state, 'env_write').status).toBe('waiting');
  });

  test('and putting the value of the service back is the same the other way', () => {
    const inFile = [...ready(), replaced('A', 'r1'), written(2, { A: 'r1' })];
    given(...inFile)
      .when(decideReplaceVariable, { ...replace, name: 'A', replaceId: 'r2', by: 'service' })
      .gives([replaced('A', 'r2', 'service')]);
    expect(dueAfter(...inFile, replaced('A', 'r2', 'service'))).toEqual(['env_write']);
  });

  test.each(['', '1A', 'A-B', 'A B', 'A=B', 'A\nB', 'ä', 'x'.repeat(101)])('%j is no name', (name) => {
    given(...ready())
      .when(decideReplaceVariable, { ...replace, name })
      .isRefused('VariableNameInvalid');
  });

  test.each(['constructor', '__proto__', 'hasOwnProperty'])('%s is a name like any other', (name) => {
    given(...ready())
      .when(decideReplaceVariable, { ...replace, name })
      .gives([replaced(name, 'r1')]);
    expect(dueAfter(...ready(), replaced(name, 'r1'))).toEqual(['env_write']);
  });

  test('a value the file cannot hold is refused, and so is one too many', () => {
    given(...ready())
      .when(decideReplaceVariable, { ...replace, isWritable: false })
      .isRefused('VariableValueInvalid');
    const many = Array.from({ length: MAX_OWN_VARIABLES }, (_, index) => replaced(`V${index}`, `r${index}`));
    given(...ready(), many)
      .when(decideReplaceVariable, replace)
      .isRefused('TooManyVariables');
    given(...ready(), many)
      .when(decideReplaceVariable, { ...replace, name: 'V1', replaceId: 'other' })
      .givesTypes('VariableReplaced');
  });

  test('the same replacement twice is one', () => {
    given(...ready(), replaced('RESEND_API_KEY', 'r1'))
      .when(decideReplaceVariable, replace)
      .givesNothing();
  });

  test('nobody replaces anything before it is ready, or after its end', () => {
    given(planned()).when(decideReplaceVariable, replace).isRefused('NotReady');
    given(...ready(), closeRequested)
      .when(decideReplaceVariable, replace)
      .isRefused('SessionNotOpen');
  });
});

describe('revealing a variable', () => {
  test('is recorded, each time, without its value', () => {
    const reveal = { name: 'DATABASE_URL', isThere: true };
    given(...ready())
      .when(decideRevealVariable, reveal)
      .gives([{ type: 'VariableRevealed', data: { name: 'DATABASE_URL' } }]);
  });

  test('is refused for what is not there', () => {
    given(...ready())
      .when(decideRevealVariable, { name: 'NOBODY', isThere: false })
      .isRefused('VariableUnknown');
    given(...ready(), closeRequested)
      .when(decideRevealVariable, { name: 'DATABASE_URL', isThere: true })
      .isRefused('SessionNotOpen');
  });
});
