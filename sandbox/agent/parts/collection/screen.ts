import { capital, imports, textElement } from '../../compose/text.ts';
import type { Entity } from '../../spec.ts';
import { namesOf } from './names.ts';

/** Alone, a list carries the app's name; as one tab of several, its own. */
export type Place = 'alone' | 'one of several';

/** `src/features/<plural>/<Plural>Screen.tsx`: the list, or one thing of it, as the address says. */
export function screenTsx(entity: Entity, screen: string, place: Place): string {
  const { type, plural, many } = namesOf(entity);
  const heading = place === 'alone' ? '{app.title}' : capital(many);
  return `${imports([
    place === 'alone' && { from: '../../app.config.json', names: 'app' },
    { from: '../../lib/useRoute.ts', names: ['useRoute'] },
    { from: `./${type}Detail.tsx`, names: [`${type}Detail`] },
    { from: `./${type}List.tsx`, names: [`${type}List`] },
  ])}

export function ${screen}() {
  const [at, id] = useRoute();
  if (at === '${plural}' && id) return <${type}Detail key={id} id={id} />;
  return (
    <main className="mx-auto grid grid-cols-1 max-w-2xl gap-5 px-4 pt-8 pb-16 sm:pt-14">
      <header className="grid gap-1">
${textElement(8, 'h1', ['className="wrap-anywhere text-balance font-semibold text-3xl tracking-tight"'], heading)}
${place === 'alone' ? `        {app.tagline && <p className="text-muted">{app.tagline}</p>}\n` : ''}      </header>
      <${type}List />
    </main>
  );
}
`;
}
