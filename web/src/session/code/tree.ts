export type Line = {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly folder: boolean;
};

/** Paths as the lines of a tree: folders first, then files, each by name. */
export const treeLines = (paths: readonly string[], depth = 0, prefix = ''): readonly Line[] => {
  const folders = new Map<string, string[]>();
  const files: string[] = [];
  for (const path of paths) {
    const slash = path.indexOf('/');
    if (slash === -1) files.push(path);
    else {
      const folder = path.slice(0, slash);
      folders.set(folder, [...(folders.get(folder) ?? []), path.slice(slash + 1)]);
    }
  }
  const byName = (a: string, b: string): number => a.localeCompare(b);
  return [
    ...[...folders]
      .toSorted(([a], [b]) => byName(a, b))
      .flatMap(([name, inside]): readonly Line[] => [
        { path: `${prefix}${name}`, name, depth, folder: true },
        ...treeLines(inside, depth + 1, `${prefix}${name}/`),
      ]),
    ...files.toSorted(byName).map((name) => ({ path: `${prefix}${name}`, name, depth, folder: false })),
  ];
};
