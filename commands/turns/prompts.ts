import type { SessionEvent } from '../../domain/session/events.ts';

export type Asked = { readonly turnId: string; readonly prompt: string };

/** What was asked for in a session, and what came of it. */
export type Said = {
  readonly asked: readonly Asked[];
  /** The parent of each commit, and the turn it is of. */
  readonly commits: ReadonlyMap<string, { readonly parent: string; readonly turnId: string }>;
  /** Turns that ended as they should. */
  readonly finished: ReadonlySet<string>;
  /** Turns that build a full app from a quick page. */
  readonly upgrades: ReadonlySet<string>;
  /** The version of the quick page that a full app was last made from. */
  readonly basis?: string;
};

export const saidIn = (events: readonly SessionEvent[]): Said => {
  const asked: Asked[] = [];
  const commits = new Map<string, { readonly parent: string; readonly turnId: string }>();
  const upgrades = new Set<string>();
  const finished = new Set<string>();
  let basis: string | undefined;
  for (const fact of events) {
    if (fact.type === 'TurnSubmitted') asked.push(fact.data);
    if (fact.type === 'TurnCommitted') commits.set(fact.data.sha, fact.data);
    if (fact.type === 'TurnFinished') finished.add(fact.data.turnId);
    if (fact.type === 'UpgradeRequested' && fact.data.turnId !== undefined) upgrades.add(fact.data.turnId);
    if (fact.type === 'RepoInitialized' && fact.data.parent !== undefined) basis = fact.data.parent;
  }
  return { asked, commits, finished, upgrades, ...(basis === undefined ? {} : { basis }) };
};

/**
 * The words that led to a commit, oldest first: those of turns that were undone are not among them. What was asked for and
 * changed nothing is: a page without a backend could not do it.
 */
export const wordsUpTo = ({ asked, commits, finished }: Said, sha: string): readonly string[] => {
  const turns = new Set<string>();
  const seen = new Set<string>();
  for (let at = sha; !seen.has(at); ) {
    seen.add(at);
    const commit = commits.get(at);
    if (commit === undefined) break;
    turns.add(commit.turnId);
    at = commit.parent;
  }
  const changing = new Set([...commits.values()].map(({ turnId }) => turnId));
  return asked
    .filter(({ turnId }) => turns.has(turnId) || (finished.has(turnId) && !changing.has(turnId)))
    .map(({ prompt }) => prompt);
};

/** How a message begins that asks for a full app from a quick page: the offline agent knows it by that. */
export const UPGRADE_OPENING = 'mk0r: a quick page becomes a full app.';
/** What stands before the messages, which follow as one line of JSON. */
export const UPGRADE_MESSAGES = 'Messages, oldest first, as JSON: ';
/** Characters of messages; the first one says what the app is, and the newest what it is by now. */
const MAX_CHARS = 24_000;

export const upgradePrompt = (words: readonly string[]): string => {
  const [first = '', ...rest] = words;
  const kept: string[] = [];
  let room = MAX_CHARS - first.length;
  for (const message of rest.toReversed()) {
    room -= message.length;
    if (room < 0) break;
    kept.unshift(message);
  }
  return `${UPGRADE_OPENING}

It was one HTML file without a backend, which is kept as quick/index.html to start from. Build the same app in this project: what the page kept in the browser belongs into the app's own database, and its words and its look stay where they fit. Leave quick/index.html as it is.

${UPGRADE_MESSAGES}${JSON.stringify([first, ...kept])}`;
};
