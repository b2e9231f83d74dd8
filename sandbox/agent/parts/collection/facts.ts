import { attribute, element, type Import, literal } from '../../compose/text.ts';
import type { Field } from '../../spec.ts';

/**
 * The value of a field as a person reads it: an expression of type ReactNode. A row that is on the page while a field is
 * added does not have it yet, whatever its type says: what is missing reads as empty.
 */
export function shown({ name, type }: Field, item: string, isRequired: boolean): string {
  const value = `${item}.${name}`;
  const maybe = isRequired ? '' : '?';
  const unlessEmpty = (view: string) => (isRequired ? view : `${value} && ${view}`);
  switch (type) {
    case 'date':
      return unlessEmpty(`formatDay(${value})`);
    case 'time':
      return `${value}${maybe}.slice(0, 5)`;
    case 'number':
    case 'whole number':
      return `${value}${maybe}.toLocaleString()`;
    case 'money':
      return unlessEmpty(`formatMoney(${value})`);
    case 'rating':
      return unlessEmpty(`<Stars value={${value}} />`);
    case 'yes or no':
      return `${value} ? 'Yes' : 'No'`;
    case 'tags':
      return `${value}?.length > 0 && <Tags tags={${value}} />`;
    case 'link':
      return unlessEmpty(`<WebLink href={${value}} />`);
    default:
      return value;
  }
}

/** One `<Fact>` line: nothing on the page where the field is empty. */
export const fact = (indent: number, field: Field, item: string): string =>
  element(indent, 'Fact', [attribute('label', field.label), `value={${shown(field, item, false)}}`]);

/** The title of a thing as plain text, for headings and for labels. */
export function titleOf(field: Field | undefined, item: string): string {
  if (!field) return `${item}.id`;
  const { name, type } = field;
  const value = `${item}.${name}`;
  switch (type) {
    case 'date':
      return `formatDay(${value})`;
    case 'time':
      return `${value}.slice(0, 5)`;
    case 'money':
      return `formatMoney(${value})`;
    case 'number':
    case 'whole number':
    case 'rating':
      return `${value}.toLocaleString()`;
    case 'yes or no':
      return `${value} ? 'Yes' : 'No'`;
    case 'tags':
      return `${value}.join(', ')`;
    case 'text':
    case 'long text':
    case 'choice':
    case 'link':
    case 'email':
    case 'phone':
      return value;
  }
}

export function factImports(
  facts: readonly Field[],
  title: Field | undefined,
  up: string,
): (Import | false)[] {
  const has = (type: Field['type']) => facts.some((field) => field.type === type);
  const formats = [
    ...(has('date') || title?.type === 'date' ? ['formatDay'] : []),
    ...(has('money') || title?.type === 'money' ? ['formatMoney'] : []),
  ];
  return [
    facts.length > 0 && { from: `${up}/components/Fact.tsx`, names: ['Fact'] },
    has('rating') && { from: `${up}/components/Stars.tsx`, names: ['Stars'] },
    has('tags') && { from: `${up}/components/Tags.tsx`, names: ['Tags'] },
    has('link') && { from: `${up}/components/WebLink.tsx`, names: ['WebLink'] },
    formats.length > 0 && { from: `${up}/lib/format.ts`, names: formats },
  ];
}

/** The components of their own that these fields need. */
export function fieldComponents(fields: readonly Field[]): string[] {
  const has = (type: Field['type']) => fields.some((field) => field.type === type);
  return [
    ...(has('rating') ? ['RatingInput', 'Stars'] : []),
    ...(has('tags') ? ['Tags'] : []),
    ...(has('link') ? ['WebLink'] : []),
  ];
}

/** A checkbox on the page that changes a field at once. */
export const toggle = (indent: number, { name, label }: Field): string => {
  const pad = ' '.repeat(indent);
  return `${pad}<label className="flex w-fit items-center gap-2.5 text-sm">
${element(indent + 2, 'input', [
  'type="checkbox"',
  'className="size-5 accent-accent"',
  `aria-label={\`\${title}: \${${literal(label)}}\`}`,
  `checked={item.${name}}`,
  `onChange={(event) => onChange(item.id, { ${name}: event.target.checked })}`,
])}
${pad}  {${literal(label)}}
${pad}</label>`;
};
