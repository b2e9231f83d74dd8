import { describe, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  closeRequested,
  planned,
  ready,
  releasedAll,
  submitted,
  turnFinished,
  turnStarted,
} from '../../testing/histories.ts';
import { MAX_PICTURES } from '../pictures.ts';
import {
  decideCancelTurn,
  decideRecordTurn,
  decideSubmitTurn,
  MAX_PROMPT_CHARS,
  MAX_QUEUED_TURNS,
} from './turns.ts';

const TURN = { turnId: 'turn-1' };

describe('submitting a turn', () => {
  test('a prompt is taken while the session still boots', () => {
    given(planned())
      .when(decideSubmitTurn, { ...TURN, prompt: '  a habit tracker\n' })
      .gives([submitted('turn-1', 'a habit tracker')]);
  });

  test('the same turn is submitted once', () => {
    given(ready(), submitted())
      .when(decideSubmitTurn, { ...TURN, prompt: 'again' })
      .givesNothing();
  });

  test.each([
    ['an empty prompt', ' \n\t ', 'PromptEmpty'],
    ['one that is too long', 'x'.repeat(MAX_PROMPT_CHARS + 1), 'PromptTooLong'],
  ] as const)('%s is refused', (_, prompt, rule) => {
    given(ready())
      .when(decideSubmitTurn, { ...TURN, prompt })
      .isRefused(rule);
  });

  test('the longest prompt allowed is taken', () => {
    given(ready())
      .when(decideSubmitTurn, { ...TURN, prompt: 'x'.repeat(MAX_PROMPT_CHARS) })
      .givesTypes('TurnSubmitted');
  });

  test('names the pictures that come with it, so many and no more', () => {
    const picture = { id: 'picture', mediaType: 'image/png', bytes: 9, digest: 'digest' } as const;
    const prompt = 'like this';
    given(ready())
      .when(decideSubmitTurn, { ...TURN, prompt, attachments: [picture] })
      .gives([{ type: 'TurnSubmitted', data: { ...TURN, prompt, attachments: [picture] } }]);
    given(ready())
      .when(decideSubmitTurn, { ...TURN, prompt, attachments: [] })
      .gives([submitted('turn-1', prompt)]);
    given(ready())
      .when(decideSubmitTurn, { ...TURN, prompt, attachments: Array(MAX_PICTURES + 1).fill(picture) })
      .isRefused('TooManyPictures');
  });

  test('so many may wait, and no more', () => {
    const waiting = Array.from({ length: MAX_QUEUED_TURNS }, (_, index) => submitted(`waiting-${index}`));
    const command = { turnId: 'one-more', prompt: 'and this' };
    given(ready(), waiting).when(decideSubmitTurn, command).isRefused('TooManyQueued');
    given(ready(), waiting, turnStarted('waiting-0'))
      .when(decideSubmitTurn, command)
      .givesTypes('TurnSubmitted');
  });

  test('a session that is being closed takes none', () => {
    given(ready(), closeRequested)
      .when(decideSubmitTurn, { ...TURN, prompt: 'x' })
      .isRefused('SessionNotOpen');
  });
});

describe('cancelling a turn', () => {
  test('one that waits is over at once', () => {
    given(ready(), submitted())
      .when(decideCancelTurn, TURN)
      .gives([{ type: 'TurnCancelled', data: TURN }]);
  });

  test('one that runs is asked to stop', () => {
    given(ready(), submitted(), turnStarted())
      .when(decideCancelTurn, TURN)
      .gives([{ type: 'TurnCancelRequested', data: TURN }]);
  });

  test.each([
    ['was asked to stop', [{ type: 'TurnCancelRequested', data: TURN } as const]],
    ['has finished', [turnFinished()]],
  ])('one that %s is left alone', (_, history) => {
    given(ready(), submitted(), turnStarted(), ...history)
      .when(decideCancelTurn, TURN)
      .givesNothing();
  });

  test('one that nobody submitted is unknown', () => {
    given(ready()).when(decideCancelTurn, TURN).isRefused('TurnUnknown');
  });

  test('nothing is cancelled in a session that is being closed', () => {
    given(ready(), submitted(), turnStarted(), closeRequested)
      .when(decideCancelTurn, TURN)
      .isRefused('SessionNotOpen');
  });
});

describe('recording what a turn says and does', () => {
  const facts = [
    { type: 'AgentSaid', data: { ...TURN, attemptId: 'turn-1#1', kind: 'message', text: 'Hello.' } },
  ] as const;
  const record = { ...TURN, attemptId: 'turn-1#1', facts };

  test('of the attempt that runs, also while it is asked to stop', () => {
    given(ready(), submitted(), turnStarted()).when(decideRecordTurn, record).gives(facts);
    given(ready(), submitted(), turnStarted(), { type: 'TurnCancelRequested', data: TURN })
      .when(decideRecordTurn, record)
      .gives(facts);
  });

  test.each([
    ['before it started', []],
    ['after another attempt took over', [turnStarted(), turnStarted('turn-1', { attempt: 2 })]],
    ['after it has finished', [turnStarted(), turnFinished()]],
    [
      'after its session was closed',
      [turnStarted(), closeRequested, ...releasedAll(), { type: 'SessionClosed', data: {} } as const],
    ],
  ])('%s it is refused', (_, history) => {
    given(ready(), submitted(), ...history)
      .when(decideRecordTurn, record)
      .isRefused('AttemptSuperseded');
  });
});
