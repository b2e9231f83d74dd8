import { literal, withinWidth } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';
import { namesOf } from './names.ts';

/** `src/features/<plural>/<Type>Card.tsx`: one thing of the list. */
export function cardTsx(entity: Entity): string {
  const { type, plural } = namesOf(entity);
  const [first, ...rest] = entity.fields;
  const toggles = rest.filter((field) => field.type === 'yes or no');
  const facts = rest.filter((field) => field.type !== 'yes or no');
  const title = first ? shown(first) : 'item.id';
  const usesDay = entity.fields.some((field) => field.type === 'date');
  return `import type { ${type} } from '../../../shared/${plural}.ts';
import { DeleteButton } from '../../components/DeleteButton.tsx';
${usesDay ? "import { formatDay } from '../../lib/form.ts';\n" : ''}
type Props = {
  item: ${type};
${toggles.length > 0 ? `  onChange: (id: string, values: Partial<${type}>) => void;\n` : ''}  onRemove: (id: string) => void;
};

export function ${type}Card({ item, ${toggles.length > 0 ? 'onChange, ' : ''}onRemove }: Props) {
  const title = ${title};
  return (
    <li className="card grid gap-2">
      <div className="flex items-start justify-between gap-3">
        <h2 className="wrap-anywhere pt-1 font-medium leading-snug">{title}</h2>
        <DeleteButton what={title} onDelete={() => onRemove(item.id)} />
      </div>
${[...facts.map(fact), ...toggles.map(toggle)].join('\n')}
    </li>
  );
}
`;
}

function shown({ name, type }: Field): string {
  if (type === 'date') return `formatDay(item.${name})`;
  if (type === 'number' || type === 'whole number') return `item.${name}.toLocaleString()`;
  if (type === 'yes or no') return `item.${name} ? 'Yes' : 'No'`;
  return `item.${name}`;
}

function fact(field: Field): string {
  const { name, label, type } = field;
  if (type === 'long text') {
    const paragraph = `<p className="wrap-anywhere whitespace-pre-line text-muted">{item.${name}}</p>`;
    return withinWidth(
      `      {item.${name} && ${paragraph}}`,
      `      {item.${name} && (\n        ${paragraph}\n      )}`,
    );
  }
  return `      {item.${name} !== null && (
        <p className="wrap-anywhere text-sm">
          <span className="text-muted">{${literal(`${label}: `)}}</span>
          ${value(field)}
        </p>
      )}`;
}

function value(field: Field): string {
  if (field.type !== 'link') return `{${shown(field)}}`;
  return `<a className="text-accent underline" href={item.${field.name}} target="_blank" rel="noreferrer">
            {item.${field.name}}
          </a>`;
}

const toggle = ({
  name,
  label,
}: Field): string => `      <label className="flex items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          className="size-5 accent-accent"
          aria-label={\`\${title}: \${${literal(label)}}\`}
          checked={item.${name}}
          onChange={(event) => onChange(item.id, { ${name}: event.target.checked })}
        />
        {${literal(label)}}
      </label>`;
