import type { Json, StoredEvent } from '../../../commands/ports/event-store.ts';

/**
 * What one run differs in from another that decided the same: ids that are drawn, moments, and text that is encrypted
 * with a key of its own.
 */
const DRAWN = new Set([
  'attemptId',
  'deadline',
  'retryAt',
  'runner',
  'digest',
  'keyDigest',
  'prompt',
  'text',
  'title',
  'output',
  'diff',
  'changed',
  'tables',
  'details',
  'path',
  'toolCallId',
  'sha',
  'parent',
  'from',
  'to',
  'resourceId',
  'sandbox',
]);

const essenceOf = (data: Json): Json =>
  typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.fromEntries(Object.entries(data).filter(([name]) => !DRAWN.has(name)))
    : data;

/** Pool entries are named in the order they were planned in: their ids are drawn. */
const namesOf = (log: readonly StoredEvent[]): ReadonlyMap<string, string> =>
  new Map(
    log
      .filter(({ type }) => type === 'PrewarmPlanned')
      .map(({ data }, index) => [(data as { readonly sessionId: string }).sessionId, `entry-${index}`]),
  );

/** Everything that was decided, as sentences to compare; whatever is decided twice is there twice. */
export const decidedIn = (log: readonly StoredEvent[]): readonly string[] => {
  const names = namesOf(log);
  return log
    .map(({ stream, type, data }) => {
      let sentence = `${stream} ${type} ${JSON.stringify(essenceOf(data))}`;
      for (const [id, name] of names)
        sentence = sentence.replaceAll(id, name).replaceAll(id.slice(0, 12), name);
      return sentence;
    })
    .toSorted();
};
