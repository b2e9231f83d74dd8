const deleted = new Set<string>();

/** Deleted while this page was open. What was under way just then, or is still on view, is not kept afterwards. */
export const isDeleted = (session: string): boolean => deleted.has(session);

export const noteDeleted = (session: string): void => {
  deleted.add(session);
};
