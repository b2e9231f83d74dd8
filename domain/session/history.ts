/** The shape both the write side's state and the read side's view keep of a session's commits. */
export type Tree = {
  readonly root: string;
  /** The commit the working tree is at. */
  readonly at: string;
  readonly parentOf: Readonly<Record<string, string>>;
  /** The child each commit was last left for: where redo leads. */
  readonly childOf: Readonly<Record<string, string>>;
};

/** A history that begins at a commit. */
export const treeAt = (sha: string): Tree => ({ root: sha, at: sha, parentOf: {}, childOf: {} });

/**
 * What every quick page begins with: a commit without a file (`commands/git/objects.ts` says what is in it), so that its
 * first version can be undone like any other.
 */
export const QUICK_ROOT = 'c54aad69a3f51c7c006c3ffeaab33f77982b016b';

/** Own members only: a sha comes from a sandbox or a visitor, and `constructor` is no commit. */
const own = (links: Readonly<Record<string, string>>, sha: string): string | undefined =>
  Object.hasOwn(links, sha) ? links[sha] : undefined;

export const parentOf = (history: Tree, sha: string): string | undefined => own(history.parentOf, sha);
export const childOf = (history: Tree, sha: string): string | undefined => own(history.childOf, sha);
export const isKnown = (history: Tree, sha: string): boolean =>
  sha === history.root || Object.hasOwn(history.parentOf, sha);

/** A commit and its ancestors, the root last. Ends also where links that no tree has lead back to where they began. */
export const lineage = (history: Tree, sha: string): readonly string[] => {
  const line = new Set<string>();
  for (let at: string | undefined = sha; at !== undefined && !line.has(at); at = parentOf(history, at))
    line.add(at);
  return [...line];
};

/**
 * After a turn. An agent that resets its branch ends at a commit that is already part of the tree: that is a move, and
 * the tree keeps its shape.
 */
export const committed = <History extends Tree>(
  history: History | undefined,
  sha: string,
  parent: string,
): History | Tree => {
  const before = history ?? treeAt(parent);
  if (sha === parent || isKnown(before, sha) || lineage(before, parent).includes(sha)) {
    return { ...before, at: sha };
  }
  return {
    ...before,
    at: sha,
    parentOf: { ...before.parentOf, [sha]: parent },
    childOf: { ...before.childOf, [parent]: sha },
  };
};

/** After a move, redo from each ancestor of both ends leads back towards them. */
export const moved = <History extends Tree & { readonly move?: unknown }>(
  history: History | undefined,
  from: string,
  to: string,
): Tree => {
  const { move: _over, ...before } = history ?? { ...treeAt(to), move: undefined };
  const children: Record<string, string> = { ...before.childOf };
  for (const tip of [from, to]) {
    for (const sha of lineage(before, tip)) {
      const parent = parentOf(before, sha);
      if (parent !== undefined) children[parent] = sha;
    }
  }
  return { ...before, at: to, childOf: children };
};
