import { snake, sortText } from '../../compose/text.ts';
import type { Entity, Field, FieldType } from '../../spec.ts';

const COLUMN: Record<FieldType, string> = {
  text: 'text',
  'long text': 'text',
  'whole number': 'integer',
  number: 'doublePrecision',
  date: 'date',
  'yes or no': 'boolean',
  link: 'text',
  email: 'text',
};

/** `server/tables/<plural>.ts`. Only the first field is required, so that later ones can join a table with rows. */
export function tableTs({ plural, fields }: Entity): string {
  const used = sortText([
    ...new Set(['pgTable', 'timestamp', 'uuid', ...fields.map((field) => COLUMN[field.type])]),
  ]);
  return `import { ${used.join(', ')} } from 'drizzle-orm/pg-core';

export const ${plural} = pgTable('${snake(plural)}', {
  id: uuid().primaryKey().defaultRandom(),
${fields.map((field, position) => `  ${column(field, position === 0)},`).join('\n')}
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
`;
}

function column({ name, type }: Field, first: boolean): string {
  const named = snake(name) === name ? '' : `'${snake(name)}'`;
  const rule = type === 'yes or no' ? '.notNull().default(false)' : first ? '.notNull()' : '';
  return `${name}: ${COLUMN[type]}(${named})${rule}`;
}
