import { attribute, element, type Import, jsxText, lines } from '../../compose/text.ts';
import type { Field } from '../../spec.ts';
import { optionsName } from './shared.ts';

/** What the inputs of a form hold at first: `item?.title`, or nothing. */
export type Holding = { readonly item?: string };

const isNumber = ({ type }: Field) => type === 'number' || type === 'whole number' || type === 'money';

/** The labelled input of a field, `indent` spaces in. */
export function input(indent: number, field: Field, first: boolean, { item }: Holding): string {
  const pad = ' '.repeat(indent);
  const { name, label, type } = field;
  if (type === 'yes or no') {
    return `${pad}<label className="flex items-center gap-2.5 py-2 font-medium text-sm">
${element(indent + 2, 'input', [
  `name="${name}"`,
  'type="checkbox"',
  'className="size-5 accent-accent"',
  item !== undefined && `defaultChecked={${item}.${name}}`,
])}
${pad}  ${jsxText(label)}
${pad}</label>`;
  }
  if (type === 'rating') {
    return element(indent, 'RatingInput', [
      `name="${name}"`,
      attribute('label', label),
      item !== undefined && `value={${item}.${name}}`,
    ]);
  }
  const wide = first || type === 'long text' || type === 'tags' ? ' sm:col-span-2' : '';
  return `${pad}<label className="label${wide}">
${pad}  ${jsxText(label)}
${type === 'choice' ? select(indent + 2, field, item) : control(indent + 2, field, first, item)}
${pad}</label>`;
}

function control(indent: number, field: Field, first: boolean, item: string | undefined): string {
  const tag = field.type === 'long text' ? 'textarea' : 'input';
  return element(indent, tag, [
    'className="field"',
    `name="${field.name}"`,
    ...rules(field),
    starting(field, first, item),
    first && 'required',
  ]);
}

function select(indent: number, field: Field, item: string | undefined): string {
  const pad = ' '.repeat(indent);
  const value = item === undefined ? '' : ` defaultValue={${item}.${field.name} ?? ''}`;
  return `${pad}<select className="field" name="${field.name}"${value}>
${pad}  <option value="">–</option>
${pad}  {${optionsName(field)}.map((option) => (
${pad}    <option key={option}>{option}</option>
${pad}  ))}
${pad}</select>`;
}

function starting({ name, type }: Field, first: boolean, item: string | undefined): string {
  const nothing = type === 'date' && first ? 'today()' : "''";
  if (item === undefined) return nothing === "''" ? '' : `defaultValue={${nothing}}`;
  if (type === 'tags') return `defaultValue={${item}.${name}?.join(', ')}`;
  return `defaultValue={${item}.${name} ?? ${nothing}}`;
}

/** Attributes of the input, in the order a person would write them. */
function rules({ type }: Field): string[] {
  switch (type) {
    case 'text':
      return ['maxLength={200}'];
    case 'long text':
      return ['rows={4}', 'maxLength={10_000}'];
    case 'whole number':
      return ['type="number"', 'step="1"', 'inputMode="numeric"'];
    case 'number':
      return ['type="number"', 'step="any"', 'inputMode="decimal"'];
    case 'money':
      return ['type="number"', 'step="0.01"', 'inputMode="decimal"'];
    case 'date':
      return ['type="date"'];
    case 'time':
      return ['type="time"'];
    case 'tags':
      return ['placeholder="one, two"'];
    case 'link':
      return ['type="url"', 'placeholder="https://"'];
    case 'email':
      return ['type="email"'];
    case 'phone':
      return ['type="tel"', 'maxLength={40}'];
    case 'yes or no':
    case 'choice':
    case 'rating':
      return [];
  }
}

/** Lines that read the fields of a sent form into the object the server wants. */
export const readers = (indent: number, fields: readonly Field[], firstIsRequired: boolean): string =>
  lines(
    ...fields.map(
      (field, position) =>
        `${' '.repeat(indent)}${field.name}: ${reading(field, firstIsRequired && position === 0)},`,
    ),
  );

function reading(field: Field, first: boolean): string {
  const { name, type } = field;
  if (type === 'yes or no') return `form.has('${name}')`;
  if (type === 'tags') return `tagsOf(form, '${name}')`;
  if (type === 'choice') return `choiceOf(form, '${name}', ${optionsName(field)})`;
  const read = `${isNumber(field) || type === 'rating' ? 'numberOf' : 'textOf'}(form, '${name}')`;
  if (!first) return read;
  return isNumber(field) || type === 'rating' ? `${read} ?? 0` : `${read} ?? ''`;
}

/** What the inputs and readers of these fields import, `up` being the way to `src`. */
export function inputImports(
  fields: readonly Field[],
  up: string,
  shared: string,
  types: readonly string[],
): (Import | false)[] {
  const helpers = new Set(
    fields.flatMap((field, position) => {
      if (field.type === 'yes or no') return [];
      if (field.type === 'tags') return ['tagsOf'];
      if (field.type === 'choice') return ['choiceOf'];
      const reader = isNumber(field) || field.type === 'rating' ? 'numberOf' : 'textOf';
      return field.type === 'date' && position === 0 ? [reader, 'today'] : [reader];
    }),
  );
  const options = fields.filter(({ type }) => type === 'choice').map(optionsName);
  return [
    helpers.size > 0 && { from: `${up}/lib/form.ts`, names: [...helpers] },
    fields.some(({ type }) => type === 'rating') && {
      from: `${up}/components/RatingInput.tsx`,
      names: ['RatingInput'],
    },
    options.length > 0
      ? { from: shared, names: [...options, ...types.map((type) => `type ${type}`)] }
      : types.length > 0 && { from: shared, names: typesOnly(types) },
  ];
}

/** `import type { A, B }`, which the import helper takes as one name list. */
export const typesOnly = (types: readonly string[]): string => `type { ${[...types].sort().join(', ')} }`;
