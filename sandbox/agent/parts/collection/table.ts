import { imports, lines, snake, withinWidth } from '../../compose/text.ts';
import type { Entity, Field, FieldType } from '../../spec.ts';
import { foreignKey } from './names.ts';

const COLUMN: Record<FieldType, string> = {
  text: 'text',
  'long text': 'text',
  'whole number': 'integer',
  number: 'doublePrecision',
  money: 'numeric',
  rating: 'integer',
  date: 'date',
  time: 'time',
  'yes or no': 'boolean',
  choice: 'text',
  tags: 'text',
  link: 'text',
  email: 'text',
  phone: 'text',
};

export const columnTypes = (fields: readonly Field[]): string[] => fields.map(({ type }) => COLUMN[type]);

/** `server/tables/<plural>.ts`. Only the first field is required, so that later ones can join a table with rows. */
export function tableTs(entity: Entity, isSearched: boolean): string {
  const { plural, fields, retired, belongsTo } = entity;
  const used = ['pgTable', 'timestamp', 'uuid', ...columnTypes([...fields, ...retired])];
  const hasIndex = isSearched || belongsTo !== undefined;
  const pad = hasIndex ? '    ' : '  ';
  const columns = lines(
    `${pad}id: uuid().primaryKey().defaultRandom(),`,
    belongsTo && parentColumn(pad, belongsTo),
    ...fields.map((field, position) => `${pad}${column(field, position === 0)},`),
    retired.length > 0 && retiredColumns(pad, retired),
    `${pad}createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),`,
    isSearched && `${pad}/** The words to be found by; Postgres keeps it up to date. */`,
    isSearched && `${pad}search: tsvector().generatedAlwaysAs(words),`,
  );
  return `${imports([
    isSearched && { from: 'drizzle-orm', names: ['sql'] },
    { from: 'drizzle-orm/pg-core', names: [...new Set([...used, ...(hasIndex ? ['index'] : [])])] },
    isSearched && { from: '../columns.ts', names: ['tsvector'] },
    belongsTo !== undefined && { from: `./${belongsTo}.ts`, names: [belongsTo] },
  ])}
${isSearched ? `\n${searchedWords(entity)}\n` : ''}
export const ${plural} = pgTable(${hasIndex ? '\n  ' : ''}'${snake(plural)}',${hasIndex ? '\n  ' : ' '}{
${columns}
${hasIndex ? indexes(entity, isSearched) : '});'}
`;
}

function indexes({ plural, belongsTo }: Entity, isSearched: boolean): string {
  const list = [
    ...(isSearched ? [`index('${snake(plural)}_search').using('gin', table.search)`] : []),
    ...(belongsTo
      ? [`index('${snake(plural)}_${snake(belongsTo)}').on(table.${foreignKey(belongsTo)})`]
      : []),
  ];
  const oneLine = `  (table) => [${list.join(', ')}],`;
  const broken = `  (table) => [\n${list.map((each) => `    ${each},`).join('\n')}\n  ],`;
  return `  },\n${oneLine.length <= 110 ? oneLine : broken}\n);`;
}

function parentColumn(pad: string, belongsTo: string): string {
  const name = foreignKey(belongsTo);
  const start = `${pad}${name}: uuid('${snake(name)}').references(() => ${belongsTo}.id, {`;
  return withinWidth(`${start} onDelete: 'cascade' }),`, `${start}\n${pad}  onDelete: 'cascade',\n${pad}}),`);
}

/** The columns stay in the database with what is in them; a field of the same name finds its values again. */
export const retiredColumns = (pad: string, retired: readonly Field[]): string =>
  lines(
    `${pad}// No longer on the page; kept with what is in it.`,
    ...retired.map((field) => `${pad}${column(field, false)},`),
  );

export function column({ name, type }: Field, first: boolean): string {
  const named = snake(name) === name ? '' : `'${snake(name)}'`;
  if (type === 'money') {
    const options = "{ precision: 12, scale: 2, mode: 'number' }";
    return `${name}: numeric(${[named, options].filter(Boolean).join(', ')})${first ? '.notNull()' : ''}`;
  }
  if (type === 'tags') return `${name}: text(${named}).array().notNull().default([])`;
  const rule = type === 'yes or no' ? '.notNull().default(false)' : first ? '.notNull()' : '';
  return `${name}: ${COLUMN[type]}(${named})${rule}`;
}

/** Text in any language: no stemming, no stop words. */
function searchedWords({ fields }: Entity): string {
  const columns = fields
    .filter(({ type }) => ['text', 'long text', 'choice', 'email', 'link'].includes(type))
    .map(({ name }) => `coalesce("${snake(name)}", '')`);
  return `const words = sql\`to_tsvector('simple', ${columns.join(" || ' ' || ")})\`;`;
}
