import { element, imports, lines, tidy } from '../../compose/text.ts';
import type { Entity, Field } from '../../spec.ts';
import { fact, factImports, titleOf, toggle } from './facts.ts';
import { namesOf } from './names.ts';

/** A thing that is done is crossed out: its first yes or no, where that is what it says. */
export const doneField = ({ fields }: Entity): Field | undefined =>
  fields
    .slice(1)
    .find(({ name, type }) => type === 'yes or no' && /^(done|finished|completed|bought|packed)$/.test(name));

/** `src/features/<plural>/<Type>Card.tsx`: one thing of the list, and the way to all about it. */
export function cardTsx(entity: Entity): string {
  const { type, plural } = namesOf(entity);
  const [first, ...rest] = entity.fields;
  const done = doneField(entity);
  const toggles = rest.filter((field) => field.type === 'yes or no' && field !== done);
  const long = rest.filter((field) => field.type === 'long text').slice(0, 1);
  const facts = rest.filter((field) => field.type !== 'yes or no' && field.type !== 'long text').slice(0, 5);
  const changes = done !== undefined || toggles.length > 0;
  return tidy(`${imports([
    { from: `../../../shared/${plural}.ts`, names: `type { ${type} }` },
    { from: '../../components/DeleteButton.tsx', names: ['DeleteButton'] },
    done && { from: '../../components/DoneButton.tsx', names: ['DoneButton'] },
    ...factImports(facts, first, '../..'),
  ])}

type Props = {
  item: ${type};
${changes ? `  onChange: (id: string, values: Partial<${type}>) => void;\n` : ''}  onRemove: (id: string) => void;
};

export function ${type}Card({ item, ${changes ? 'onChange, ' : ''}onRemove }: Props) {
  const title = ${titleOf(first, 'item')};
  return (
    <li className="card grid gap-2.5 transition hover:border-accent/50">
      <div className="flex items-start gap-3">
${lines(
  done &&
    element(8, 'DoneButton', [
      'what={title}',
      `done={item.${done.name}}`,
      `onChange={(${done.name}) => onChange(item.id, { ${done.name} })}`,
    ]),
  done
    ? `        <h2
          className={\`wrap-anywhere min-w-0 flex-1 pt-1.5 leading-snug \${
            item.${done.name} ? 'text-muted line-through' : 'font-medium'
          }\`}
        >`
    : '        <h2 className="wrap-anywhere min-w-0 flex-1 pt-1.5 font-medium leading-snug">',
)}
          <a href={\`#${plural}/\${item.id}\`} className="hover:text-accent">
            {title}
          </a>
        </h2>
        <DeleteButton what={title} onDelete={() => onRemove(item.id)} />
      </div>
${lines(
  ...long.map(
    ({ name }) =>
      `      {item.${name} && (
        <p className="wrap-anywhere line-clamp-3 whitespace-pre-line text-muted text-sm">{item.${name}}</p>
      )}`,
  ),
  facts.length > 0 && '      <dl className="flex flex-wrap gap-x-5 gap-y-1.5 text-sm empty:hidden">',
  ...facts.map((field) => fact(8, field, 'item')),
  facts.length > 0 && '      </dl>',
  ...toggles.map((field) => toggle(6, field)),
)}
    </li>
  );
}
`);
}
