import { capital, literal } from '../../compose/text.ts';
import type { Entity } from '../../spec.ts';
import { namesOf, summable } from './names.ts';

/** Alone, a list carries the app's name; as one tab of several, its own. */
export type Place = 'alone' | 'one of several';

/** `src/features/<plural>/<Plural>Screen.tsx`: heading, totals, form, list, empty state. */
export function screenTsx(entity: Entity, screen: string, place: Place): string {
  const { type, plural, one, many } = namesOf(entity);
  const totals = summable(entity);
  const toggles = entity.fields.slice(1).some((field) => field.type === 'yes or no');
  return `import type { ${type} } from '../../../shared/${plural}.ts';
${place === 'alone' ? "import app from '../../app.config.json';\n" : ''}import { Notice } from '../../components/Notice.tsx';
${totals.length > 0 ? "import { Total } from '../../components/Total.tsx';\n" : ''}import { useCollection } from '../../lib/useCollection.ts';
import { ${type}Card } from './${type}Card.tsx';
import { ${type}Form } from './${type}Form.tsx';

export function ${screen}() {
  const { items, ...list } = useCollection<${type}>('${plural}');

  return (
    <main className="mx-auto grid max-w-2xl gap-5 px-4 pt-8 pb-16 sm:pt-14">
      <header className="grid gap-1">
        <h1 className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight">${place === 'alone' ? '{app.title}' : capital(many)}</h1>
        {items && (
          <p className="text-muted" role="status">
            {items.length === 1 ? ${literal(`1 ${one}`)} : \`\${items.length} ${many}\`}
          </p>
        )}
      </header>
${totals.length > 0 ? totalsJsx(totals.map(({ name, label }) => ({ name, label }))) : ''}
      <Notice message={list.error} />

      {items && (
        <details className="card group" open={items.length === 0}>
          <summary className="cursor-pointer rounded-lg font-medium">New ${one}</summary>
          <div className="pt-4">
            <${type}Form onAdd={list.add} />
          </div>
        </details>
      )}

      {items?.length === 0 && (
        <p className="py-8 text-center text-muted">No ${many} yet. Add the first one above.</p>
      )}

      {items && items.length > 0 && (
        <ul className="grid gap-3" aria-label=${JSON.stringify(many)} aria-busy={list.saving}>
          {items.map((item) => (
            <${type}Card key={item.id} item={item} ${toggles ? 'onChange={list.change} ' : ''}onRemove={list.remove} />
          ))}
        </ul>
      )}
    </main>
  );
}
`;
}

const totalsJsx = (totals: readonly { name: string; label: string }[]): string => `
      {items && items.length > 0 && (
        <dl className="grid grid-cols-2 gap-3">
${totals.map(({ name, label }) => `          <Total label={${literal(label)}} values={items.map((item) => item.${name})} />`).join('\n')}
        </dl>
      )}
`;
