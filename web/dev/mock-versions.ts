import type { OldVersion } from '../src/server/types.ts';
import { bringUp, live, plan } from './boot-script.ts';
import { type Body, json, problem, type Reply } from './mock-reply.ts';
import { begin } from './mock-sessions.ts';
import type { SessionLog } from './session-log.ts';

const shown = new Map<string, OldVersion>();

const openVersion = (log: SessionLog, commit: string): Reply => {
  shown.set(log.id, { state: 'opening', commit, data: 'kept' });
  setTimeout(() => {
    if (shown.get(log.id)?.commit === commit) shown.set(log.id, { state: 'open', commit, data: 'kept' });
  }, 900);
  return json(shown.get(log.id));
};

/** An older version beside the app: the mock has one app to show, so it looks the same. */
export const version = (log: SessionLog, method: string, body: Body): Reply => {
  if (method === 'POST') return openVersion(log, String(body.commit));
  if (method === 'DELETE') shown.delete(log.id);
  return json(shown.get(log.id) ?? { state: 'closed' });
};

/** Another session, which has what it was forked with once it is up; of a version with "gone" in its title, not the data. */
export const fork = async (source: SessionLog, body: Body): Promise<Reply> => {
  const { view } = source.views();
  const commit = String(body.commit);
  const data = body.data === 'kept' ? 'kept' : 'empty';
  const title = view.history.commits.find(({ sha }) => sha === commit)?.title ?? 'The template';
  const checkpoint = view.history.checkpoints.findLast(({ sha }) => sha === commit);
  if (data === 'kept' && checkpoint === undefined)
    return problem(409, 'no_data_to_fork', 'The data of this version is not kept, or not any more.');
  const log = begin(`f${Date.now().toString(36)}`);
  await plan(log, live);
  log.append({
    type: 'SessionForked',
    data: {
      from: source.id,
      slug: source.slug,
      commit,
      data,
      title: view.title,
      version: title,
      ...(checkpoint === undefined || data === 'empty' ? {} : { checkpointId: checkpoint.checkpointId }),
    },
  });
  void bringUp(log, live, 3).then(() => comeOver(log, commit, /gone/i.test(title)));
  return json(
    { sessionId: log.id, slug: log.slug, sessionKey: 'k', revision: log.head, source: 'cold' },
    201,
  );
};

const comeOver = (log: SessionLog, commit: string, isGone: boolean): void => {
  const { fork: forked } = log.views().view;
  const error = {
    code: 'checkpoint_missing',
    message: 'The data of that version is no longer there.',
    retryable: false,
  };
  if (forked?.data === 'kept')
    log.append(
      isGone
        ? { type: 'StepParked', data: { step: 'fork_data', attempt: 1, error } }
        : { type: 'DataForked', data: { attemptId: 'd', checkpointId: 'kept', tables: [] } },
    );
  log.append({ type: 'CodeForked', data: { attemptId: 'c', sha: commit } });
};
