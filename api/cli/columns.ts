/** Rows as columns, each as wide as its widest cell; the last one is left as it is. */
export const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

const CONTROL = /[\p{Cc}\p{Cf}]/gu;

/** What somebody else wrote, on one line and without what a terminal would obey. */
export const plain = (text: string, chars: number): string => {
  const line = text.replace(/\s+/g, ' ').replace(CONTROL, '�').trim();
  return line.length > chars ? `${line.slice(0, chars - 1)}…` : line;
};
