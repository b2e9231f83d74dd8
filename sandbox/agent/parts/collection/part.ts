import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';
import { capital, snake } from '../../compose/text.ts';
import type { Entity } from '../../spec.ts';
import { cardTsx } from './card.ts';
import { formTsx } from './form.ts';
import { namesOf, summable } from './names.ts';
import { routesTs } from './routes.ts';
import { type Place, screenTsx } from './screen.ts';
import { sharedTs } from './shared.ts';
import { tableTs } from './table.ts';

/** A list of things with fields: recipes, runs, books, whatever the prompt names. */
export function collectionPart(entity: Entity, place: Place): BuiltPart {
  const { plural, type, many } = namesOf(entity);
  const screen = `${capital(plural)}Screen`;
  const feature = `src/features/${plural}`;
  const files = new Map([
    [`server/tables/${plural}.ts`, tableTs(entity)],
    [`shared/${plural}.ts`, sharedTs(entity)],
    [`server/routes/${plural}.ts`, routesTs(entity)],
    ...staticFiles('collection'),
    [`${feature}/${type}Form.tsx`, formTsx(entity)],
    [`${feature}/${type}Card.tsx`, cardTsx(entity)],
    [`${feature}/${screen}.tsx`, screenTsx(entity, screen, place)],
  ]);
  if (summable(entity).length === 0) files.delete('src/components/Total.tsx');
  return {
    id: plural,
    label: capital(many),
    screen,
    tables: [snake(plural)],
    probe: `/api/${plural}`,
    files,
  };
}
