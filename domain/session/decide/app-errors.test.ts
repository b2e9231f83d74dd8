import { describe, test } from 'vitest';
import { given } from '../../testing/given.ts';
import { closeRequested, ROOT, ready, sha, submitted, turn, turnStarted } from '../../testing/histories.ts';
import type { SessionEvent } from '../events.ts';
import { MAX_FIXES } from '../fixes.ts';
import { decideNoteAppError, MAX_APP_ERRORS } from './app-errors.ts';
import { decideSubmitTurn } from './turns.ts';

const ERROR = { fingerprint: 'error-1', source: 'page', message: 'habits is not iterable' } as const;
const seen = (at: string = ROOT, fingerprint: string = ERROR.fingerprint): SessionEvent => ({
  type: 'AppErrorSeen',
  data: { ...ERROR, fingerprint, sha: at },
});
/** A turn that was to fix the error, and the error again at the commit it made. */
const fixing = (
  turnId: string,
  from: string,
  to: string,
  fixes: string = ERROR.fingerprint,
): readonly SessionEvent[] => [
  ...turn(turnId, to, from).map((event) =>
    event.type === 'TurnSubmitted' ? { ...event, data: { ...event.data, fixes } } : event,
  ),
  seen(to),
];
const attempts = (count: number): readonly SessionEvent[] =>
  Array.from({ length: count }, (_, index) =>
    fixing(`fix-${index}`, index === 0 ? ROOT : sha(`${index - 1}`), sha(`${index}`)),
  ).flat();

describe('an error of the app', () => {
  test('is recorded with the commit the code stands at', () => {
    given(ready()).when(decideNoteAppError, ERROR).gives([seen()]);
  });

  test('is recorded once for each commit', () => {
    given(ready(), seen()).when(decideNoteAppError, ERROR).givesNothing();
    given(ready(), seen(), turn('one', sha('a'), ROOT))
      .when(decideNoteAppError, ERROR)
      .gives([seen(sha('a'))]);
  });

  test('is not recorded while the agent works: what is half written fails as a matter of course', () => {
    given(ready(), submitted(), turnStarted()).when(decideNoteAppError, ERROR).givesNothing();
  });

  test('is not recorded beside many others of the same code', () => {
    const many = Array.from({ length: MAX_APP_ERRORS }, (_, index) => seen(ROOT, `other-${index}`));
    given(ready(), many).when(decideNoteAppError, ERROR).givesNothing();
    given(ready(), many.slice(1)).when(decideNoteAppError, ERROR).givesTypes('AppErrorSeen');
  });

  test('is not recorded in a session that is being closed', () => {
    given(ready(), closeRequested).when(decideNoteAppError, ERROR).isRefused('SessionNotOpen');
  });
});

describe('a turn that is to fix an error', () => {
  const fix = { turnId: 'fix', prompt: 'Fix it', fixes: ERROR.fingerprint };

  test('says which', () => {
    given(ready(), seen())
      .when(decideSubmitTurn, fix)
      .gives([{ type: 'TurnSubmitted', data: fix }]);
  });

  test('is refused for an error nobody saw in the code as it is', () => {
    given(ready()).when(decideSubmitTurn, fix).isRefused('AppErrorUnknown');
    given(ready(), seen(), turn('one', sha('a'), ROOT))
      .when(decideSubmitTurn, fix)
      .isRefused('AppErrorUnknown');
  });

  test('is refused while another is at it, from whichever tab it was asked for', () => {
    const asked: SessionEvent = { type: 'TurnSubmitted', data: { ...fix, turnId: 'first' } };
    given(ready(), seen(), asked).when(decideSubmitTurn, fix).isRefused('FixRunning');
  });

  test('is taken so many times, and not once more', () => {
    given(ready(), seen(), attempts(MAX_FIXES - 1))
      .when(decideSubmitTurn, fix)
      .givesTypes('TurnSubmitted');
    given(ready(), seen(), attempts(MAX_FIXES)).when(decideSubmitTurn, fix).isRefused('FixGivenUp');
  });

  test('counts attempts at this error alone', () => {
    given(ready(), seen(), fixing('other', ROOT, sha('x'), 'error-2'), attempts(MAX_FIXES - 1))
      .when(decideSubmitTurn, fix)
      .givesTypes('TurnSubmitted');
  });

  test('is taken again once the visitor has said something of their own', () => {
    const last = sha(`${MAX_FIXES - 1}`);
    given(ready(), seen(), attempts(MAX_FIXES), turn('own', sha('a'), last), seen(sha('a')))
      .when(decideSubmitTurn, fix)
      .givesTypes('TurnSubmitted');
  });

  test('does not count what was taken back', () => {
    const takenBack: readonly SessionEvent[] = [
      { type: 'TurnSubmitted', data: { ...fix, turnId: 'taken-back' } },
      { type: 'TurnCancelled', data: { turnId: 'taken-back' } },
    ];
    given(ready(), seen(), attempts(MAX_FIXES - 1), takenBack)
      .when(decideSubmitTurn, fix)
      .givesTypes('TurnSubmitted');
  });
});
