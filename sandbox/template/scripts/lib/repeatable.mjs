// What an undone change left in the database stays there with its data: git goes back, tables do not. So a migration
// must hold up whatever it finds. It creates what is missing, adopts what is there, and moves aside what has another type.

const quote = (name) => `"${name.replaceAll('"', '""')}"`;

const text = (value) => `'${value.replaceAll("'", "''")}'`;

/** A statement that may find its work done already; Postgres has no IF NOT EXISTS for these. */
const unlessThere = (statement, ...others) =>
  `DO $$ BEGIN\n  ${statement}\nEXCEPTION WHEN ${['duplicate_object', 'duplicate_table', ...others].join(' OR ')} THEN NULL;\nEND $$;`;

const sameType = (found, wanted) => {
  const plain = (type) =>
    type
      .toLowerCase()
      .replaceAll(' ', '')
      .replace(/^time$/, 'timewithouttimezone');
  return plain(found) === plain(wanted);
};

/** What rows that are there already get in a column that may not be empty. */
const SAFE = [
  [/\[\]$/, "'{}'"],
  [/^(text|varchar|char)/, "''"],
  [/^(int|smallint|bigint|numeric|double|real)/, '0'],
  [/^bool/, 'false'],
  [/^uuid/, 'gen_random_uuid()'],
  [/^timestamp/, 'now()'],
  [/^date/, 'current_date'],
  [/^json/, "'{}'"],
];
const safeDefault = (type) => SAFE.find(([pattern]) => pattern.test(type))?.[1];

/** Moves a column of another type aside, with its data; where there is none of that type, it does nothing. */
const aside = (table, column, there) => {
  const found = there.get(column).type;
  const plain = `${column}_${found.replace(/\W+/g, '_')}`;
  const name = [plain, ...[2, 3, 4, 5].map((nth) => `${plain}_${nth}`)].find((free) => !there.has(free));
  return `DO $$ BEGIN
  IF (SELECT format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = ${text(table)}::regclass AND attname = ${text(column)} AND NOT attisdropped) = ${text(found)} THEN
    ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(column)} TO ${quote(name)};
  END IF;
END $$;`;
};

const addColumn = (table, { name, type, notNull, default: value, generated }) => {
  const wanted = value ?? (notNull ? safeDefault(type) : undefined);
  const rule = generated
    ? ` GENERATED ALWAYS AS (${generated.as}) STORED`
    : `${wanted === undefined ? '' : ` DEFAULT ${wanted}`}${notNull ? ' NOT NULL' : ''}`;
  return `ALTER TABLE ${quote(table)} ADD COLUMN IF NOT EXISTS ${quote(name)} ${type}${rule};`;
};

/** A table that an undone change left behind, brought to what the schema says now, additively. */
function adopt(create, table, there) {
  const wanted = Object.values(table.columns);
  const moved = wanted.flatMap(({ name, type }) => {
    const found = there.get(name);
    return found && !sameType(found.type, type) ? [aside(table.name, name, there)] : [];
  });
  const unknown = [...there].filter(([name, { required }]) => required && !table.columns[name]);
  return [
    `-- ${table.name} may be there already, left by a change that was undone: its rows stay.\n${create}`,
    ...moved,
    ...wanted
      .filter(({ name, type }) => !there.has(name) || !sameType(there.get(name).type, type))
      .map((column) => addColumn(table.name, column)),
    ...Object.values(table.uniqueConstraints).map(({ name, columns }) =>
      unlessThere(
        `ALTER TABLE ${quote(table.name)} ADD CONSTRAINT ${quote(name)} UNIQUE (${columns.map(quote).join(', ')});`,
        'unique_violation',
      ),
    ),
    ...unknown.map(([name]) =>
      unlessThere(
        `ALTER TABLE ${quote(table.name)} ALTER COLUMN ${quote(name)} DROP NOT NULL;`,
        'undefined_column',
      ),
    ),
  ];
}

const CREATE_TABLE = /^CREATE TABLE "([^"]+)"/;
const ADD_COLUMN = /^ALTER TABLE "([^"]+)" ADD COLUMN "([^"]+)"/;
const DROP_COLUMN = /^ALTER TABLE "([^"]+)" DROP COLUMN "([^"]+)"/;
const INDEX = /^CREATE (UNIQUE )?INDEX "([^"]+)" ON "([^"]+)"/;

/**
 * `changes` as drizzle-kit wrote them, in a form that any state of the database bears. `fromNothing`: the statements for
 * the whole schema; `there`: the columns that the database has (empty where it is not known).
 */
export function repeatable({ changes, fromNothing, before, after, there }) {
  const rebuilt = new Set();
  const safe = changes.flatMap((statement) => {
    const created = CREATE_TABLE.exec(statement)?.[1];
    if (created) {
      const create = statement.replace('CREATE TABLE', 'CREATE TABLE IF NOT EXISTS').trim();
      const left = before.tables[`public.${created}`] ? undefined : there.get(created);
      return left ? adopt(create, after.tables[`public.${created}`], left) : [create];
    }
    const [, table, column] = ADD_COLUMN.exec(statement) ?? [];
    if (table && column) {
      const added = Object.values(after.tables[`public.${table}`].columns).find(
        ({ name }) => name === column,
      );
      const found = there.get(table)?.get(column);
      if (added.generated) {
        // Computed from the other columns, so nothing is lost; an older one may be computed from fewer.
        rebuilt.add(table);
        return [
          `ALTER TABLE ${quote(table)} DROP COLUMN IF EXISTS ${quote(column)};`,
          addColumn(table, added),
        ];
      }
      const moved =
        found && !sameType(found.type, added.type) ? [aside(table, column, there.get(table))] : [];
      return [...moved, addColumn(table, added)];
    }
    const [, from, gone] = DROP_COLUMN.exec(statement) ?? [];
    if (from && gone) {
      rebuilt.add(from);
      return [`ALTER TABLE ${quote(from)} DROP COLUMN IF EXISTS ${quote(gone)};`];
    }
    if (INDEX.test(statement)) return [statement.replace(/INDEX "/, 'INDEX IF NOT EXISTS "')];
    if (/^ALTER TABLE .* ADD CONSTRAINT |^CREATE TYPE /s.test(statement)) return [unlessThere(statement)];
    return [statement.replace(/^DROP (TABLE|INDEX|TYPE) (?!IF )/, 'DROP $1 IF EXISTS ')];
  });
  // An index goes with its column, and drizzle-kit does not notice.
  const indexes = fromNothing
    .filter((statement) => rebuilt.has(INDEX.exec(statement)?.[3]))
    .map((statement) => statement.replace(/INDEX "/, 'INDEX IF NOT EXISTS "'));
  return [...new Set([...safe, ...indexes])];
}
