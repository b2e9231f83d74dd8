import { describe, expect, test } from 'vitest';
import { given } from '../../testing/given.ts';
import {
  later,
  OTHER_RUNNER,
  RUNNER,
  ready,
  submitted,
  T0,
  turnFinished,
  turnStarted,
} from '../../testing/histories.ts';
import type { SessionEvent, SessionEventOf } from '../events.ts';
import {
  decideRequestModel,
  decideSetBudget,
  decideSettleModelCall,
  decideStartModelCall,
  type SettleModelCall,
  type StartModelCall,
} from './model.ts';
import { decideRecordTurn } from './turns.ts';

const inATurn = (): readonly SessionEvent[] => [...ready(), submitted(), turnStarted()];

const call = (callId: string, change: Partial<StartModelCall> = {}): StartModelCall => ({
  callId,
  model: 'claude-haiku-5-5',
  reservedMicros: 400,
  budgets: { sessionMicros: 1_000, dayMicros: 10_000, dayLeftMicros: 10_000 },
  deadline: later(600_000),
  runner: RUNNER,
  exclusive: true,
  now: T0,
  ...change,
});

type Started = SessionEventOf<'ModelCallStarted'>['data'];
const startedData = (callId: string): Started => ({
  callId,
  turnId: 'turn-1',
  model: 'claude-haiku-5-5',
  reservedMicros: 400,
  budgetMicros: 1_000,
  deadline: later(600_000),
  runner: RUNNER,
});
const callStarted = (callId: string, change: Partial<Started> = {}): SessionEvent => ({
  type: 'ModelCallStarted',
  data: { ...startedData(callId), ...change },
});

const used = (
  callId: string,
  costMicros: number,
  change: Partial<SessionEventOf<'UsageRecorded'>['data']> = {},
): SessionEvent => ({
  type: 'UsageRecorded',
  data: {
    callId,
    turnId: 'turn-1',
    model: 'claude-haiku-5-5',
    inputTokens: 10,
    outputTokens: 5,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    source: 'relay',
    costMicros,
    outcome: 'complete',
    ...change,
  },
});

const exhausted = (scope: 'session' | 'day', turnId = 'turn-1'): SessionEvent => ({
  type: 'BudgetExhausted',
  data: { scope, turnId, budgetMicros: 1_000, spentMicros: 900 },
});

describe('a call to the model', () => {
  test('reserves the most it can come to before it is made, for the turn that runs', () => {
    given(...inATurn())
      .when(decideStartModelCall, call('one'))
      .gives([callStarted('one')]);
  });

  test('may also be made between turns', () => {
    const { turnId: _none, ...data } = startedData('one');
    given(...ready())
      .when(decideStartModelCall, call('one'))
      .gives([{ type: 'ModelCallStarted', data }]);
  });

  test('counts what others at the same time have reserved, so that they cannot overspend together', () => {
    given(...inATurn(), callStarted('one'), callStarted('two'))
      .when(decideStartModelCall, call('three'))
      .gives([
        {
          type: 'BudgetExhausted',
          data: { scope: 'session', turnId: 'turn-1', budgetMicros: 1_000, spentMicros: 800 },
        },
      ]);
  });

  test('finds what an answered call has not used free again', () => {
    given(...inATurn(), callStarted('one'), used('one', 100), callStarted('two'))
      .when(decideStartModelCall, call('three'))
      .gives([callStarted('three')]);
  });

  test('is not made where all sessions together have spent the day’s budget', () => {
    given(...inATurn())
      .when(
        decideStartModelCall,
        call('one', { budgets: { sessionMicros: 1_000, dayMicros: 10_000, dayLeftMicros: 399 } }),
      )
      .gives([
        {
          type: 'BudgetExhausted',
          data: { scope: 'day', turnId: 'turn-1', budgetMicros: 10_000, spentMicros: 9_601 },
        },
      ]);
  });

  test('says once a turn that the budget is used up', () => {
    const spent = [...inATurn(), callStarted('one'), used('one', 900), exhausted('session')];
    given(...spent)
      .when(decideStartModelCall, call('two'))
      .givesNothing();
    given(...spent, turnFinished(), submitted('turn-2'), turnStarted('turn-2'))
      .when(decideStartModelCall, call('two'))
      .gives([
        {
          type: 'BudgetExhausted',
          data: { scope: 'session', turnId: 'turn-2', budgetMicros: 1_000, spentMicros: 900 },
        },
      ]);
  });

  test('can be paid for again once an operator has raised the budget', () => {
    given(...inATurn(), callStarted('one'), used('one', 900), exhausted('session'), {
      type: 'BudgetSet',
      data: { budgetMicros: 5_000 },
    })
      .when(decideStartModelCall, call('two'))
      .gives([callStarted('two', { budgetMicros: 5_000 })]);
  });

  test('that was cut off with its server counts with all that was reserved', () => {
    given(...inATurn(), callStarted('lost', { runner: OTHER_RUNNER }))
      .when(decideStartModelCall, call('next'))
      .gives([
        used('lost', 400, { inputTokens: 0, outputTokens: 0, outcome: 'unknown' }),
        callStarted('next'),
      ]);
  });

  test('is not made for a session that has been closed', () => {
    given(...ready(), { type: 'CloseRequested', data: { reason: 'deleted' } })
      .when(decideStartModelCall, call('one'))
      .isRefused('SessionNotOpen');
  });
});

describe('what a call has used', () => {
  const settling: SettleModelCall = {
    callId: 'one',
    model: 'claude-haiku-5-5',
    inputTokens: 10,
    outputTokens: 5,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costMicros: 70,
    outcome: 'complete',
  };

  test('is recorded for the turn it was made in, also when that is over', () => {
    given(...inATurn(), callStarted('one'), turnFinished())
      .when(decideSettleModelCall, settling)
      .gives([used('one', 70)]);
  });

  test('is recorded once', () => {
    given(...inATurn(), callStarted('one'), used('one', 70))
      .when(decideSettleModelCall, settling)
      .givesNothing();
  });
});

describe('a turn whose last call was refused', () => {
  const ending = {
    turnId: 'turn-1',
    attemptId: 'turn-1#1',
    facts: [
      { type: 'TurnFinished', data: { turnId: 'turn-1', attemptId: 'turn-1#1', stopReason: 'end_turn' } },
    ],
  } as const;
  const endsWith = (events: readonly SessionEvent[], code: string) => {
    const { state } = given(...inATurn(), ...events);
    expect(decideRecordTurn(ending, state)).toMatchObject({
      right: [{ type: 'TurnFailed', data: { turnId: 'turn-1', error: { code } } }],
    });
  };

  test.each([
    ['session', 'budget_exhausted'],
    ['day', 'day_budget_exhausted'],
  ] as const)(
    'because the budget of the %s is used up fails with %s, whatever the agent says',
    (scope, code) => {
      endsWith([callStarted('one'), used('one', 900), exhausted(scope)], code);
    },
  );

  test.each([
    ['overloaded_error', 'model_overloaded'],
    ['rate_limit_error', 'model_rate_limited'],
    ['authentication_error', 'model_key_refused'],
    ['invalid_request_error', 'model_request_refused'],
    ['api_error', 'model_failed'],
  ])('with %s fails with %s', (error, code) => {
    endsWith([callStarted('one'), used('one', 0, { outcome: 'failed', error })], code);
  });

  test('ends as the agent says where a later one was answered', () => {
    given(
      ...inATurn(),
      callStarted('one'),
      used('one', 0, { outcome: 'failed', error: 'overloaded_error' }),
      callStarted('two'),
      used('two', 30),
    )
      .when(decideRecordTurn, ending)
      .gives([turnFinished()]);
  });
});

describe('the model of a session', () => {
  test('is another one once it is asked for', () => {
    given(...ready())
      .when(decideRequestModel, { model: 'opus' })
      .gives([{ type: 'ModelRequested', data: { model: 'opus' } }]);
    given(...ready())
      .when(decideRequestModel, { model: 'haiku' })
      .givesNothing();
  });
});

test('a budget is set to the same once', () => {
  given(...ready(), { type: 'BudgetSet', data: { budgetMicros: 5 } })
    .when(decideSetBudget, { budgetMicros: 5 })
    .givesNothing();
});
