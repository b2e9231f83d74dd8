import { capital, imports, lines, literal, texts } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';
import { foreignKey, namesOf } from './names.ts';

/** `shared/<plural>.ts`: what the page sends and the server accepts. */
export function sharedTs(entity: Entity): string {
  const { type } = namesOf(entity);
  const parent = entity.belongsTo && `  ${foreignKey(entity.belongsTo)}: z.uuid().nullable(),`;
  return `${imports([{ from: 'zod', names: ['z'] }])}
${optionsOf(entity.fields)}
export const New${type} = z.object({
${lines(parent, ...entity.fields.map((field, position) => `  ${field.name}: ${rule(field, position === 0)},`))}
});

export type New${type} = z.infer<typeof New${type}>;
export type ${type} = New${type} & { id: string; createdAt: string };
`;
}

/** `StatusOptions`: what a choice chooses from, for the server's rule and the page's list. */
export const optionsName = ({ name }: Field): string => `${capital(name)}Options`;

export const optionsOf = (fields: readonly Field[]): string =>
  fields
    .filter(({ type }) => type === 'choice')
    .map(
      (field) =>
        `\n${texts(0, `export const ${optionsName(field)} = `, field.options ?? [], ' as const;')}\n`,
    )
    .join('');

/** The zod rule of a field. Only the first field of a thing is required. */
export function rule(field: Field, first: boolean): string {
  const { type, label } = field;
  const optional = first ? '' : '.nullable()';
  const missing = literal(`${label} is missing.`);
  switch (type) {
    case 'text':
      return first
        ? `z.string().trim().min(1, ${missing}).max(200)`
        : 'z.string().trim().max(200).nullable()';
    case 'long text':
      return first
        ? `z.string().trim().min(1, ${missing}).max(10_000)`
        : 'z.string().trim().max(10_000).nullable()';
    case 'whole number':
      return `z.int().min(-2_147_483_647).max(2_147_483_647)${optional}`;
    case 'number':
      return `z.number()${optional}`;
    case 'money':
      return `z.number().min(-9_999_999_999).max(9_999_999_999)${optional}`;
    case 'rating':
      return `z.int().min(1).max(5)${optional}`;
    case 'date':
      return `z.iso.date(${literal(`${label} is not a date.`)})${optional}`;
    case 'time':
      return `z.iso.time(${literal(`${label} is not a time.`)})${optional}`;
    case 'yes or no':
      return 'z.boolean()';
    case 'choice':
      return `z.enum(${optionsName(field)})${optional}`;
    case 'tags':
      return 'z.array(z.string().trim().min(1).max(40)).max(20)';
    case 'link':
      // Only web addresses: the page puts it into a link, where javascript: would run.
      return `z.url({ protocol: /^https?$/, error: 'That is not a web address.' })${optional}`;
    case 'email':
      return `z.email(${literal(`${label} is not an email address.`)})${optional}`;
    case 'phone':
      return `z.string().trim().max(40)${optional}`;
  }
}
