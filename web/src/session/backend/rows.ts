import type { Cell, TableRows } from '../../server/types.ts';

/** A value as one line of text; what has no text of its own is shown as JSON. */
export const cellText = (cell: Cell | undefined): string => {
  if (cell === undefined || cell === null) return 'null';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
};

/** Rows as lists in the order of the columns, whichever way the server sent them. */
export const grid = ({
  columns,
  rows,
}: TableRows): {
  readonly names: readonly string[];
  readonly cells: readonly { readonly number: number; readonly row: readonly (Cell | undefined)[] }[];
} => {
  const names = columns.map((column) => (typeof column === 'string' ? column : column.name));
  const isList = (row: (typeof rows)[number]): row is readonly Cell[] => Array.isArray(row);
  return {
    names,
    cells: rows.map((row, number) => ({ number, row: isList(row) ? row : names.map((name) => row[name]) })),
  };
};
