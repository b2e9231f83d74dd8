import { capital, imports, lines, opening } from '../../compose/text.ts';
import type { Entity } from '../../spec.ts';
import { input, inputImports, readers } from './inputs.ts';
import { foreignKey, namesOf, singularName } from './names.ts';

/** `src/features/<plural>/<Type>Form.tsx`: for a new thing, and for one that is there. */
export function formTsx(entity: Entity, parent: Entity | undefined): string {
  const { type, plural, one } = namesOf(entity);
  const { fields } = entity;
  const shared = `../../../shared/${plural}.ts`;
  const known = parent && namesOf(parent);
  const key = parent && foreignKey(parent.plural);
  return `${imports([
    { from: 'react', names: 'type { FormEvent }' },
    ...inputImports(fields, '../..', shared, [type, `New${type}`]),
    known && { from: `../../../shared/${known.plural}.ts`, names: `type { ${known.type} }` },
    known && { from: '../../lib/useAll.ts', names: ['useAll'] },
    parent && !inputHelpers(entity).includes('textOf') && { from: '../../lib/form.ts', names: ['textOf'] },
  ])}

type Props = {
  /** What is there already; a new ${one} starts empty. */
  item?: ${type};
${known ? `  /** Which ${known.one} a new ${one} belongs to. */\n  belongsTo?: string;\n` : ''}  onSave: (values: New${type}) => Promise<boolean>;
};

export function ${type}Form({ item, ${known ? 'belongsTo, ' : ''}onSave }: Props) {
${known ? `  const ${known.plural} = useAll<${known.type}>('${known.plural}');\n` : ''}  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (await onSave(read(new FormData(form)))) form.reset();
  };

  return (
    <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
${lines(
  ...fields.map((field, position) => input(6, field, position === 0, { item: 'item?' })),
  parent && parentSelect(parent, key ?? ''),
)}
      <button type="submit" className="button sm:col-span-2">
        {item ? 'Save' : 'Add ${one}'}
      </button>
    </form>
  );
}

function read(form: FormData): New${type} {
  return {
${lines(key && `    ${key}: textOf(form, '${key}'),`, readers(4, fields, true))}
  };
}
`;
}

const inputHelpers = ({ fields }: Entity): string[] =>
  fields.some(({ type }) => ['text', 'long text', 'date', 'time', 'link', 'email', 'phone'].includes(type))
    ? ['textOf']
    : [];

function parentSelect(parent: Entity, key: string): string {
  const { plural } = namesOf(parent);
  const each = singularName(plural);
  const [first] = parent.fields;
  return `      {!belongsTo && (
        <label className="label">
          ${capital(namesOf(parent).one)}
${opening(10, 'select', [
  `key={${plural}.length}`,
  'className="field"',
  `name="${key}"`,
  `defaultValue={item?.${key} ?? ''}`,
])}
            <option value="">–</option>
            {${plural}.map((${each}) => (
              <option key={${each}.id} value={${each}.id}>
                {${each}.${first?.name ?? 'id'}}
              </option>
            ))}
          </select>
        </label>
      )}
      {belongsTo && <input type="hidden" name="${key}" value={belongsTo} />}`;
}
