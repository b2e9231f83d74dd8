import { ERASED } from '../../domain/envelope.ts';
import type { TranscriptItem, TranscriptTurn } from '../transcript-views.ts';

/** What is left of a turn when its session is forgotten: what a rebuild makes of a log that reads `[erased]`. */
export const forgotten = (turn: TranscriptTurn): TranscriptTurn => ({
  ...turn,
  prompt: ERASED,
  items: turn.items.map(wordless),
  ...(turn.error?.detail === undefined ? {} : { error: { ...turn.error, detail: ERASED } }),
  ...(turn.commit === undefined ? {} : { commit: { ...turn.commit, changed: [] } }),
});

const wordless = (item: TranscriptItem): TranscriptItem => {
  if (item.kind === 'checks') {
    return { ...item, checks: item.checks.map(({ detail: _gone, ...check }) => check) };
  }
  if (item.kind !== 'tool') return { ...item, text: ERASED };
  const { diff: _gone, ...tool } = item;
  return {
    ...tool,
    title: ERASED,
    ...(tool.path === undefined ? {} : { path: ERASED }),
    ...(tool.output === undefined ? {} : { output: ERASED }),
  };
};
