import { MAX_FIXES } from '../../../../domain/session/fixes.ts';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { AppErrorView, SessionView } from '../../../../projections/views.ts';

export const TITLES: Readonly<Record<AppErrorView['source'], string>> = {
  page: 'Your app’s page shows an error',
  build: 'Your app does not compile',
  server: 'Your app’s server fails',
  crash: 'Your app’s dev server has ended',
};

/** Seen in the code as it is now, the last one first. While the agent works nothing is known of the code. */
export const openErrors = (view: SessionView): readonly AppErrorView[] =>
  view.phase !== 'ready' || view.runningTurn !== undefined
    ? []
    : view.appErrors.filter(({ sha }) => sha === view.history.at).toReversed();

export const isGivenUp = ({ attempts }: AppErrorView): boolean => attempts.length >= MAX_FIXES;

/** The title of what an attempt committed, or how it ended. */
const outcomeOf = (turnId: string, view: SessionView, turns: readonly TranscriptTurn[]): string => {
  const commit = view.history.commits.find((known) => known.turnId === turnId);
  if (commit !== undefined) {
    const files = commit.changed.map(({ path }) => path.split('/').at(-1)).slice(0, 3);
    return files.length === 0 ? 'changed nothing' : `changed ${files.join(', ')}`;
  }
  const turn = turns.find((known) => known.turnId === turnId);
  switch (turn?.status) {
    case 'failed':
      return `failed: ${turn.error?.message ?? 'no reason given'}`;
    case 'cancelled':
      return 'stopped';
    case 'finished':
      return 'changed nothing';
    default:
      return 'under way';
  }
};

/** What each attempt came to, in order. */
export const tried = (
  error: AppErrorView,
  view: SessionView,
  turns: readonly TranscriptTurn[],
): readonly { readonly turnId: string; readonly outcome: string }[] =>
  error.attempts.map((turnId) => ({ turnId, outcome: outcomeOf(turnId, view, turns) }));

/** Where the code stood before the first attempt, where one of them changed it. */
export const beforeAttempts = (error: AppErrorView, view: SessionView): string | undefined =>
  view.history.commits.find(({ turnId }) => error.attempts.includes(turnId))?.parent;

const DETAIL_CHARS = 3_000;

/** What the agent is told: the error as it was seen, and what was tried before. */
export const fixPrompt = (
  error: AppErrorView,
  view: SessionView,
  turns: readonly TranscriptTurn[],
): string => {
  const before = tried(error, view, turns).map(({ outcome }, index) => `${index + 1}. ${outcome}`);
  return [
    `Fix this error. ${TITLES[error.source]}:`,
    `\`\`\`\n${[error.message, (error.detail ?? '').slice(0, DETAIL_CHARS)].filter((text) => text !== '').join('\n')}\n\`\`\``,
    ...(before.length === 0
      ? []
      : [`It was there again after these attempts, so look for another cause:\n${before.join('\n')}`]),
    'Find the cause, change what is wrong, and check that the error is gone.',
  ].join('\n\n');
};
