import { capital, element, imports, jsxText, lines } from '../../compose/text.ts';
import type { Entity } from '../../spec.ts';
import { fact, factImports, titleOf } from './facts.ts';
import { typesOnly } from './inputs.ts';
import { namesOf } from './names.ts';

/** `src/features/<plural>/<Type>Detail.tsx`: all about one thing, to read and to change, and what belongs to it. */
export function detailTsx(entity: Entity, children: readonly Entity[]): string {
  const { type, plural, one, many } = namesOf(entity);
  const [first, ...rest] = entity.fields;
  const facts = rest.filter((field) => field.type !== 'long text');
  const long = rest.filter((field) => field.type === 'long text');
  const inner = children.map(namesOf);
  return `${imports([
    { from: 'react', names: ['useState'] },
    { from: `../../../shared/${plural}.ts`, names: typesOnly([type, `New${type}`]) },
    { from: '../../components/Back.tsx', names: ['Back'] },
    { from: '../../components/Notice.tsx', names: ['Notice'] },
    ...factImports(facts, first, '../..'),
    { from: '../../lib/useOne.ts', names: ['useOne'] },
    ...inner.map((child) => ({
      from: `../${child.plural}/${child.type}List.tsx`,
      names: [`${child.type}List`],
    })),
    { from: `./${type}Form.tsx`, names: [`${type}Form`] },
  ])}

export function ${type}Detail({ id }: { id: string }) {
  const { item, error, save } = useOne<${type}>('${plural}', id);
  const [editing, setEditing] = useState(false);
  const change = async (values: New${type}) => {
    const isSaved = await save(values);
    if (isSaved) setEditing(false);
    return isSaved;
  };
  if (!item) return <Back to="${plural}" label="${capital(many)}" error={error} />;

  const title = ${titleOf(first, 'item')};
  return (
    <main className="mx-auto grid grid-cols-1 max-w-2xl gap-5 px-4 pt-6 pb-16 sm:pt-12">
      <Back to="${plural}" label="${capital(many)}" />
      <header className="flex items-start justify-between gap-3">
        <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight">{title}</h1>
        <button type="button" className="button-quiet" onClick={() => setEditing(!editing)}>
          {editing ? 'Cancel' : 'Edit'}
        </button>
      </header>
      <Notice message={error} />

      {editing ? (
        <section className="card" aria-label={\`Edit \${title}\`}>
          <${type}Form item={item} onSave={change} />
        </section>
      ) : (
        <section className="card grid gap-4" aria-label="About this ${one}">
${lines(
  facts.length > 0 && '          <dl className="grid gap-3 sm:grid-cols-2">',
  ...facts.map((field) => fact(12, field, 'item')),
  facts.length > 0 && '          </dl>',
  ...long.map(
    ({ name, label }) => `          {item.${name} && (
            <div className="grid gap-1">
              <h2 className="text-muted text-sm">${jsxText(label)}</h2>
              <p className="wrap-anywhere whitespace-pre-line leading-relaxed">{item.${name}}</p>
            </div>
          )}`,
  ),
  facts.length === 0 &&
    long.length === 0 &&
    '          <p className="text-muted">There is nothing more to it.</p>',
)}
        </section>
      )}
${inner.map((child) => `\n${element(6, `${child.type}List`, ['belongsTo={id}'])}\n`).join('')}    </main>
  );
}
`;
}
