import { literal } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';
import { namesOf } from './names.ts';

const MAX_INTEGER = 2_147_483_647;

/** `shared/<plural>.ts`: what the page sends and the server accepts. */
export function sharedTs(entity: Entity): string {
  const { type } = namesOf(entity);
  return `import { z } from 'zod';

export const New${type} = z.object({
${entity.fields.map((field, position) => `  ${field.name}: ${rule(field, position === 0)},`).join('\n')}
});

export type New${type} = z.infer<typeof New${type}>;
export type ${type} = New${type} & { id: string };
`;
}

function rule({ type, label }: Field, first: boolean): string {
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
      return `z.int().min(-${MAX_INTEGER}).max(${MAX_INTEGER})${optional}`.replaceAll(
        String(MAX_INTEGER),
        '2_147_483_647',
      );
    case 'number':
      return `z.number()${optional}`;
    case 'date':
      return `z.iso.date(${literal(`${label} is not a date.`)})${optional}`;
    case 'yes or no':
      return 'z.boolean()';
    case 'link':
      // Only web addresses: the page puts it into a link, where javascript: would run.
      return `z.url({ protocol: /^https?$/, error: 'That is not a web address.' })${optional}`;
    case 'email':
      return `z.email(${literal(`${label} is not an email address.`)})${optional}`;
  }
}
