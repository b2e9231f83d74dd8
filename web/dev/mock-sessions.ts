import { boot, bringUp, live, past, plan } from './boot-script.ts';
import { SessionLog } from './session-log.ts';
import { play, turn } from './turn-script.ts';

export const sessions = new Map<string, SessionLog>();

const HABITS =
  'Build me a habit tracker. The streaks should survive a page refresh, even if I close the browser.';

export const begin = (id: string): SessionLog => {
  const log = new SessionLog(id);
  sessions.set(id, log);
  return log;
};

const lived = async (id: string, prompts: readonly string[], broken?: 'resend'): Promise<SessionLog> => {
  const log = begin(id);
  await boot(log, past(3_600_000), 2, broken);
  for (const prompt of prompts) {
    const turnId = `${id}-${log.head}`;
    log.append({ type: 'TurnSubmitted', data: { turnId, prompt } }, new Date(), 'visitor:u1');
    await turn(log, prompt, true, turnId);
  }
  return log;
};

/** One session for each state a page can be in. */
export const seed = async (): Promise<void> => {
  const done = await lived('demo-done', [
    HABITS,
    'Let me give each habit a colour',
    'Show a calendar of the last month',
  ]);
  const { history } = done.views().view;
  done.append({
    type: 'HistoryMoved',
    data: { attemptId: 'm', from: history.at, to: history.undo ?? '', kind: 'undo', data: 'kept' },
  });
  await lived('demo-missing', ['Build a waitlist page that mails me each signup'], 'resend');
  (await lived('demo-asleep', ['A run tracker'])).append({ type: 'SandboxSlept', data: { reason: 'idle' } });
  (await lived('demo-lost', ['A recipe book'])).append({
    type: 'SandboxLost',
    data: { reason: 'host restarted' },
  });
  await lived('demo-failed', ['A reading list; please fail']);
  const page = begin('demo-quick');
  await plan(page, past(600_000), 'quick');
  page.append(
    { type: 'TurnSubmitted', data: { turnId: 'demo-quick-1', prompt: 'A page for my bakery' } },
    new Date(),
    'visitor:u1',
  );
  await turn(page, 'A page for my bakery', true, 'demo-quick-1');
  const slow = begin('demo-boot');
  void boot(slow, live, 60, 'resend');
};

/** Makes a full app of a quick page, which is built by a turn of its own. */
export const upgrade = (log: SessionLog): void => {
  const turnId = `${log.id}-upgrade`;
  log.append({ type: 'UpgradeRequested', data: { turnId } }, new Date(), 'visitor:u1');
  log.append({ type: 'TurnSubmitted', data: { turnId, prompt: 'Make it a full app' } });
  void bringUp(log, live, 3).then(() => play(log));
};

/** A new session as a visitor makes one: boots in real time, then plays its first turn. A quick page boots nothing. */
export const create = (prompt: string | undefined, mode?: 'quick'): SessionLog => {
  const log = begin(`s${Date.now().toString(36)}`);
  const ready =
    mode === 'quick' ? plan(log, live, mode) : boot(log, live, Number(process.env.MOCK_SLOW ?? 3));
  if (prompt !== undefined) {
    const turnId = `${log.id}-first`;
    setTimeout(
      () => log.append({ type: 'TurnSubmitted', data: { turnId, prompt } }, new Date(), 'visitor:u1'),
      20,
    );
  }
  void ready.then(() => play(log));
  return log;
};
