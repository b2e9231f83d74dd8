import { sortText } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';
import { namesOf } from './names.ts';

/** `src/features/<plural>/<Type>Form.tsx`: one labelled input per field; what was typed stays when saving fails. */
export function formTsx(entity: Entity): string {
  const { type, plural, one } = namesOf(entity);
  const readers = entity.fields.flatMap((field) => helperOf(field) ?? []);
  const helpers = sortText([
    ...new Set([...readers, ...(entity.fields[0]?.type === 'date' ? ['today'] : [])]),
  ]);
  return `import type { FormEvent } from 'react';
import type { New${type} } from '../../../shared/${plural}.ts';
import { ${helpers.join(', ')} } from '../../lib/form.ts';

type Props = { onAdd: (values: New${type}) => Promise<boolean> };

export function ${type}Form({ onAdd }: Props) {
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (await onAdd(read(new FormData(form)))) form.reset();
  };

  return (
    <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
${entity.fields.map((field, position) => input(field, position === 0)).join('\n')}
      <button type="submit" className="button sm:col-span-2">
        Add ${one}
      </button>
    </form>
  );
}

function read(form: FormData): New${type} {
  return {
${entity.fields.map((field, position) => `    ${field.name}: ${reading(field, position === 0)},`).join('\n')}
  };
}
`;
}

const isNumber = ({ type }: Field) => type === 'number' || type === 'whole number';

function helperOf(field: Field): string | undefined {
  if (field.type === 'yes or no') return undefined;
  return isNumber(field) ? 'numberOf' : 'textOf';
}

function reading(field: Field, first: boolean): string {
  if (field.type === 'yes or no') return `form.has('${field.name}')`;
  const read = `${helperOf(field)}(form, '${field.name}')`;
  if (!first) return read;
  return isNumber(field) ? `${read} ?? 0` : `${read} ?? ''`;
}

/** Attributes of the input, in the order a person would write them. */
function attributes(field: Field, first: boolean): string[] {
  const name = `name="${field.name}"`;
  const required = first ? ['required'] : [];
  switch (field.type) {
    case 'text':
      return [name, 'maxLength={200}', ...required];
    case 'long text':
      return [name, 'rows={3}', 'maxLength={10_000}', ...required];
    case 'whole number':
      return [name, 'type="number"', 'step="1"', 'inputMode="numeric"', ...required];
    case 'number':
      return [name, 'type="number"', 'step="any"', 'inputMode="decimal"', ...required];
    case 'date':
      return [name, 'type="date"', ...(first ? ['defaultValue={today()}'] : []), ...required];
    case 'link':
      return [name, 'type="url"', 'placeholder="https://"', ...required];
    case 'email':
      return [name, 'type="email"', ...required];
    case 'yes or no':
      return [name, 'type="checkbox"'];
  }
}

function input(field: Field, first: boolean): string {
  const label = `{${JSON.stringify(field.label)}}`;
  const text = /^[\p{L}\p{N} ,.()%/-]+$/u.test(field.label) ? field.label : label;
  if (field.type === 'yes or no') {
    return `      <label className="flex items-center gap-2.5 py-2 font-medium text-sm">
        <input ${attributes(field, first).join(' ')} className="size-5 accent-accent" />
        ${text}
      </label>`;
  }
  const wide = first || field.type === 'long text' ? ' sm:col-span-2' : '';
  const tag = field.type === 'long text' ? 'textarea' : 'input';
  return `      <label className="label${wide}">
        ${text}
        <${tag} className="field" ${attributes(field, first).join(' ')} />
      </label>`;
}
