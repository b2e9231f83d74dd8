import { describe, expect, test } from 'vitest';
import { SERVICES } from '../../domain/services.ts';
import type { SessionEvent } from '../../domain/session/events.ts';
import {
  checkpointTaken,
  claimed,
  failed,
  later,
  moved,
  OUTAGE,
  parked,
  planned,
  ROOT,
  ready,
  readyWithout,
  renewalRequested,
  sandboxUp,
  servicesUp,
  sha,
  skipped,
  slept,
  started,
  submitted,
  succeeded,
  turn,
  turnStarted,
} from '../../domain/testing/histories.ts';
import { published } from '../testing/feed.ts';
import type { SessionView } from '../views.ts';
import { evolveSessionView } from './evolve.ts';

const viewOf = (...history: readonly (SessionEvent | readonly SessionEvent[])[]): SessionView => {
  const events = published(history.flat() as readonly SessionEvent[]);
  const view = events.reduce<SessionView | undefined>(evolveSessionView, undefined);
  if (view === undefined) throw new Error('no session was planned');
  return view;
};

const stepIn = (view: SessionView, name: string) => view.checklist.find(({ step }) => step === name);
const [A, B, C] = [sha('a'), sha('b'), sha('c')];
const pushed = (commit: string) => ({ type: 'CommitPushed', data: { attemptId: 'p', sha: commit } }) as const;

describe('a session whose sandbox is made anew while it waits in the pool', () => {
  const renewed = [...ready(), renewalRequested({ model: 'opus' })];

  test('boots as if it had just been planned, with the services it has', () => {
    const view = viewOf(renewed);
    expect(view).toMatchObject({ phase: 'booting', sandbox: 'booting', model: 'opus' });
    expect(view.readyAt).toBeUndefined();
    const statuses = view.checklist.map(({ step, status }) => [step, status]);
    expect(statuses.filter(([, status]) => status === 'done').map(([step]) => step)).toEqual([...SERVICES]);
  });

  test('is ready at its new first commit', () => {
    const again = [sandboxUp(), succeeded('env_write', { version: 2 })] as const;
    const view = viewOf(renewed, ...again, { type: 'SessionReady', data: { missing: [] } });
    expect(view).toMatchObject({ phase: 'ready', sandbox: 'awake' });
    expect(view.history.at).toBe(ROOT);
  });
});

describe('the boot checklist', () => {
  test('shows every step from the start, the residential address only where one was asked for', () => {
    expect(viewOf(planned()).checklist.map(({ step, status }) => [step, status])).toEqual(
      [
        ...['vm_boot', 'acp_init', 'acp_session', 'model_setup', 'git_setup'],
        ...['posthog', 'neon', 'resend', 'github', 'env_write'],
      ].map((step) => [step, 'waiting']),
    );
    expect(stepIn(viewOf(planned({ residentialIp: true })), 'residential_ip')).toBeDefined();
  });

  test('shows when a step began and ended', () => {
    expect(stepIn(viewOf(planned(), started('neon')), 'neon')).toEqual({
      step: 'neon',
      status: 'running',
      attempt: 1,
      startedAt: later(1_000),
    });
    expect(stepIn(viewOf(planned(), succeeded('neon')), 'neon')).toEqual({
      step: 'neon',
      status: 'done',
      attempt: 1,
      startedAt: later(1_000),
      endedAt: later(2_000),
    });
  });

  test('shows why a step failed and when it is tried again, until it is', () => {
    const history = [planned(), started('neon'), failed('neon', 1, later(9_000))] as const;
    expect(stepIn(viewOf(...history), 'neon')).toMatchObject({
      status: 'failed',
      error: OUTAGE,
      retryAt: later(9_000),
    });
    expect(stepIn(viewOf(...history, started('neon', { attempt: 2 })), 'neon')).toEqual({
      step: 'neon',
      status: 'running',
      attempt: 2,
      startedAt: later(3_000),
    });
    expect(stepIn(viewOf(...history, parked('neon')), 'neon')).not.toHaveProperty('retryAt');
  });

  test('shows a service that is not configured as such', () => {
    const view = viewOf(planned(), started('resend'), skipped('resend'));
    expect(stepIn(view, 'resend')).toMatchObject({ status: 'skipped', reason: 'not configured' });
    expect(view.services.find(({ service }) => service === 'resend')?.status).toBe('skipped');
  });

  test('begins again when the sandbox goes before it is ready, but for the services', () => {
    const view = viewOf(planned(), servicesUp(), sandboxUp(), slept);
    expect(view.checklist.filter(({ status }) => status === 'done').map(({ step }) => step)).toEqual([
      'posthog',
      'neon',
      'resend',
      'github',
    ]);
    expect(view).toMatchObject({ phase: 'booting', sandbox: 'booting' });
  });
});

describe('a session that is ready', () => {
  test('says so, and what it lacks until a late service has its lines', () => {
    expect(viewOf(ready())).toMatchObject({ phase: 'ready', missing: [], env: { version: 1 } });
    expect(viewOf(readyWithout('resend')).missing).toEqual(['resend']);
    const late = [...succeeded('resend'), ...succeeded('env_write', { version: 2 })];
    expect(viewOf(readyWithout('resend'), late)).toMatchObject({ missing: [], env: { version: 2 } });
  });

  test('shows that it sleeps, wakes, and why it cannot', () => {
    expect(viewOf(ready(), slept).sandbox).toBe('asleep');
    expect(viewOf(ready(), slept, started('wake')).sandbox).toBe('waking');
    expect(viewOf(ready(), slept, started('wake'), parked('wake'))).toMatchObject({
      sandbox: 'asleep',
      trouble: OUTAGE,
    });
  });

  test('counts the turns that wait, and names the one that runs', () => {
    expect(viewOf(ready(), claimed(), submitted('a'), submitted('b'), turnStarted('a'))).toMatchObject({
      runningTurn: 'a',
      queuedTurns: 1,
    });
    const again = turnStarted('a', { attempt: 2 });
    expect(viewOf(ready(), submitted('a'), submitted('b'), turnStarted('a'), again).queuedTurns).toBe(1);
    const cancelled = { type: 'TurnCancelled', data: { turnId: 'b' } } as const;
    expect(viewOf(ready(), submitted('a'), submitted('b'), turnStarted('a'), cancelled)).toMatchObject({
      runningTurn: 'a',
      queuedTurns: 0,
    });
  });

  test('is called by the first line of its first prompt, shortened', () => {
    const view = viewOf(ready(), submitted('a', `First ${'word '.repeat(40)}`), submitted('b', 'Second'));
    expect(view.title).toMatch(/^First word .*…$/);
    expect(view.title).toHaveLength(80);
  });
});

describe('the history', () => {
  const two = [ready(), turn('one', A, ROOT), turn('two', B, A)] as const;

  test('says where undo and redo lead', () => {
    expect(viewOf(...two).history).toMatchObject({ at: B, root: ROOT, undo: A });
    expect(viewOf(...two).history.redo).toBeUndefined();
    expect(viewOf(...two, moved(B, A, 'undo')).history).toMatchObject({ at: A, undo: ROOT, redo: B });
    expect(viewOf(...two, moved(B, ROOT, 'jump')).history.undo).toBeUndefined();
  });

  test('keeps the branch that a turn after an undo has left', () => {
    const { history } = viewOf(...two, moved(B, A, 'undo'), turn('three', C, A));
    expect(history.commits.map((commit) => [commit.sha, commit.parent])).toEqual([
      [A, ROOT],
      [B, A],
      [C, A],
    ]);
    expect(history).toMatchObject({ at: C, undo: A });
  });

  test('shows a move while it is made, and not when it was given up on', () => {
    const asked = {
      type: 'HistoryMoveRequested',
      data: { moveId: 'm', from: B, to: A, kind: 'undo' },
    } as const;
    expect(viewOf(...two, asked).history.moving).toEqual({ to: A, kind: 'undo', data: 'kept' });
    const gaveUp = viewOf(...two, asked, started('history_move'), parked('history_move'));
    expect(gaveUp.history).toEqual(viewOf(...two).history);
    expect(gaveUp.trouble).toEqual(OUTAGE);
  });

  test('takes a branch that the agent has reset for what it is: a move', () => {
    const { history } = viewOf(...two, turn('three', A, B));
    expect(history).toMatchObject({ at: A, undo: ROOT, redo: B });
    expect(history.commits).toHaveLength(2);
  });

  test('says of which commits the data is kept, and what was given up for others', () => {
    const { checkpoints, givenUp } = viewOf(...two).history;
    expect(checkpoints.map(({ sha: at, checkpointId }) => [at, checkpointId])).toEqual([
      [ROOT, 'start'],
      [A, 'turn-one'],
      [B, 'turn-two'],
    ]);
    expect(givenUp).toEqual([]);
    const dropped = checkpointTaken('later', B, { dropped: ['start', 'turn-one'] });
    const { history } = viewOf(...two, dropped);
    expect(history.checkpoints.map(({ checkpointId }) => checkpointId)).toEqual(['turn-two', 'later']);
    expect(history.givenUp).toEqual([ROOT, A]);
  });

  test('says what stood in the tables, until it is forgotten', () => {
    const tables = [{ name: 'habits', rows: 3 }];
    const kept = [...two, checkpointTaken('later', B, { tables })] as const;
    expect(viewOf(...kept).history.checkpoints.at(-1)?.tables).toEqual(tables);
    const forgotten = { type: 'SessionForgotten', data: {} } as const;
    expect(viewOf(...kept, forgotten).history.checkpoints.at(-1)?.tables).toEqual([]);
  });

  test('shows that the data goes along with a move', () => {
    const data = { moveId: 'm', from: B, to: A, kind: 'undo', restore: 'turn-one' } as const;
    const view = viewOf(...two, { type: 'HistoryMoveRequested', data });
    expect(view.history.moving).toEqual({ to: A, kind: 'undo', data: 'restored' });
  });

  test('marks a pushed commit and its ancestors', () => {
    const { history } = viewOf(...two, turn('three', C, B), pushed(B));
    expect(history.commits.map((commit) => commit.pushed)).toEqual([true, true, false]);
  });
});

describe('the mail of an app', () => {
  const asked: SessionEvent = {
    type: 'MailRequested',
    data: { sendId: 's', mails: 2, recipients: 3, digest: 'd', to: ['ann@example.com'], subjects: ['Hello'] },
  };
  const code: SessionEvent = {
    type: 'MailVerificationRequested',
    data: {
      verificationId: 'v',
      address: 'owner@example.com',
      addressDigest: 'a',
      codeDigest: 'c',
      expiresAt: later(900_000),
    },
  };
  const verified: SessionEvent = {
    type: 'MailAddressVerified',
    data: { verificationId: 'v', addressDigest: 'a' },
  };

  test('is counted, and shown with what became of it', () => {
    expect(viewOf(ready(), asked).mail).toMatchObject({ mails: 2, sends: [{ status: 'sending' }] });
    const sent = { type: 'MailSent', data: { sendId: 's', ids: ['m'] } } as const;
    expect(viewOf(ready(), asked, sent).mail).toMatchObject({
      sends: [{ subject: 'Hello', to: ['ann@example.com'], status: 'sent' }],
    });
    const refused = { type: 'MailRefused', data: { sendId: 's', error: OUTAGE } } as const;
    expect(viewOf(ready(), asked, refused).mail).toMatchObject({ sends: [{ status: 'refused' }] });
  });

  test('shows the address a code was sent to, and then whose it is', () => {
    expect(viewOf(ready(), code).mail).toMatchObject({
      pending: { address: 'owner@example.com', failures: 0 },
    });
    const after = viewOf(ready(), code, verified).mail;
    expect(after).toMatchObject({ verified: ['owner@example.com'] });
    expect(after).not.toHaveProperty('pending');
  });

  test('holds no address once its session is forgotten', () => {
    const { mail } = viewOf(ready(), code, verified, asked, { type: 'SessionForgotten', data: {} });
    expect(JSON.stringify(mail)).not.toContain('example.com');
  });
});
