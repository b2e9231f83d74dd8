import type { SessionView } from '../../../../projections/views.ts';

const TEMPLATE = 'The empty template';
const NO_PAGE = 'The empty page';
const WAS_A_PAGE = 'The template, with the quick page beside it';

/** What a version is called: as what led to it was asked for, or, of the first one, where it comes from. */
export const versionTitle = ({ history, fork, mode }: SessionView, sha: string): string => {
  const commit = history.commits.find((one) => one.sha === sha);
  if (commit !== undefined) return commit.title;
  if (fork !== undefined && sha === fork.commit) return fork.version;
  if (mode !== undefined) return NO_PAGE;
  return history.before === undefined ? TEMPLATE : WAS_A_PAGE;
};

/** The how-manieth version it is, in the order in which they were made, and of how many. */
export const versionNumber = (
  { history }: SessionView,
  sha: string,
): { readonly number: number; readonly of: number } => ({
  number: history.commits.findIndex((one) => one.sha === sha) + 2,
  of: history.commits.length + 1,
});
