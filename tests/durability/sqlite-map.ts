import { DatabaseSync } from 'node:sqlite';

/**
 * What each byte of a database file is there for, by https://sqlite.org/fileformat.html: so that a test can say that it
 * has damaged every kind of record, and a sample can be fair to the rare ones.
 */
export type FileMap = readonly string[];

const LEAF_TABLE = 13;
const INTERIOR_TABLE = 5;
const INTERIOR_INDEX = 2;

const varint = (bytes: Buffer, at: number): { readonly value: number; readonly length: number } => {
  let value = 0;
  for (let length = 1; length <= 8; length += 1) {
    const byte = bytes[at + length - 1] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, length };
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), length: 9 };
};

type Tree = { readonly name: string; readonly root: number };

const treesOf = (file: string): readonly Tree[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0').all();
  db.close();
  const named = rows.map(({ name, rootpage }) => ({ name: String(name), root: Number(rootpage) }));
  return [{ name: 'sqlite_schema', root: 1 }, ...named];
};

/** `rowKind` names the rows of a table by their row id. */
export const mapOf = (
  file: string,
  bytes: Buffer,
  rowKind: (table: string, rowId: number) => string,
): FileMap => {
  const map = new Array<string>(bytes.length).fill('free');
  const pageSize = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  const usable = pageSize - (bytes[20] ?? 0);
  const mark = (from: number, length: number, kind: string): void => {
    map.fill(kind, from, from + length);
  };

  const overflow = (page: number, kind: string): void => {
    for (let next = page; next !== 0; next = bytes.readUInt32BE((next - 1) * pageSize))
      mark((next - 1) * pageSize, pageSize, kind);
  };

  /** How much of a payload lies in its cell, and where the rest begins. */
  const localSize = (payload: number, isTable: boolean): number => {
    const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    if (payload <= most) return payload;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((payload - least) % (usable - 4));
    return fitting <= most ? fitting : least;
  };

  const payloadCell = (at: number, tree: Tree, isTable: boolean, prefix: number): void => {
    const payload = varint(bytes, at + prefix);
    const rowId = isTable ? varint(bytes, at + prefix + payload.length) : { value: 0, length: 0 };
    const kind = isTable ? rowKind(tree.name, rowId.value) : `entry of ${tree.name}`;
    const local = localSize(payload.value, isTable);
    const head = prefix + payload.length + rowId.length;
    const spills = local < payload.value;
    mark(at, head + local + (spills ? 4 : 0), kind);
    if (spills) overflow(bytes.readUInt32BE(at + head + local), kind);
  };

  const page = (number: number, tree: Tree): void => {
    const start = (number - 1) * pageSize;
    const header = start + (number === 1 ? 100 : 0);
    const type = bytes[header] ?? 0;
    const isInterior = type === INTERIOR_TABLE || type === INTERIOR_INDEX;
    const headerLength = isInterior ? 12 : 8;
    const cells = bytes.readUInt16BE(header + 3);
    mark(header, headerLength, 'page header');
    mark(header + headerLength, cells * 2, 'cell pointer');
    for (let cell = 0; cell < cells; cell += 1) {
      const at = start + bytes.readUInt16BE(header + headerLength + cell * 2);
      if (isInterior) page(bytes.readUInt32BE(at), tree);
      if (type === INTERIOR_TABLE) mark(at, 4 + varint(bytes, at + 4).length, 'interior cell');
      else payloadCell(at, tree, type === LEAF_TABLE, isInterior ? 4 : 0);
    }
    if (isInterior) page(bytes.readUInt32BE(header + 8), tree);
  };

  for (const tree of treesOf(file)) page(tree.root, tree);
  mark(0, 100, 'file header');
  return map;
};

/** https://sqlite.org/fileformat.html#the_write_ahead_log */
export const mapOfLog = (bytes: Buffer): FileMap => {
  const frame = 24 + bytes.readUInt32BE(8);
  return Array.from({ length: bytes.length }, (_, at) => {
    if (at < 32) return 'log header';
    return (at - 32) % frame < 24 ? 'frame header' : 'page in the log';
  });
};
