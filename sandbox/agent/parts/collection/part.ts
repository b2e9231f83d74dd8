import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';
import { capital, snake } from '../../compose/text.ts';
import type { Entity, PartOf } from '../../spec.ts';
import { cardTsx, doneField } from './card.ts';
import { detailTsx } from './detail.ts';
import { fieldComponents } from './facts.ts';
import { formTsx } from './form.ts';
import { chartName, listTsx } from './list.ts';
import { filterableBy, namesOf, summable } from './names.ts';
import { routesTs } from './routes.ts';
import { type Place, screenTsx } from './screen.ts';
import { sharedTs } from './shared.ts';
import { tableTs } from './table.ts';

/** A list of things with fields: recipes, runs, books, whatever the prompt names. */
export function collectionPart(
  part: PartOf<'collection'>,
  place: Place,
  parent: Entity | undefined,
  children: readonly Entity[],
): BuiltPart {
  const { entity } = part;
  const { plural, type, many } = namesOf(entity);
  const screen = `${capital(plural)}Screen`;
  const feature = `src/features/${plural}`;
  return {
    id: plural,
    label: capital(many),
    screen,
    tables: [snake(plural)],
    probe: `/api/${plural}`,
    files: new Map([
      [`server/tables/${plural}.ts`, tableTs(entity, part.features.includes('search'))],
      [`shared/${plural}.ts`, sharedTs(entity)],
      [`server/routes/${plural}.ts`, routesTs(part)],
      ...staticFiles('collection', needed(part, parent !== undefined)),
      ...(part.features.includes('streak') ? staticFiles('streaks') : []),
      [`${feature}/${type}Form.tsx`, formTsx(entity, parent)],
      [`${feature}/${type}Card.tsx`, cardTsx(entity)],
      [`${feature}/${type}List.tsx`, listTsx(part)],
      [`${feature}/${type}Detail.tsx`, detailTsx(entity, children)],
      [`${feature}/${screen}.tsx`, screenTsx(entity, screen, place)],
    ]),
  };
}

/** The files of the library that this list uses, and no others. */
function needed({ entity, features }: PartOf<'collection'>, hasParent: boolean): Set<string> {
  const components = [
    'Back',
    'Fact',
    ...fieldComponents(entity.fields),
    ...(doneField(entity) ? ['DoneButton'] : []),
    ...(summable(entity).length > 0 ? ['Total'] : []),
    ...(features.includes('chart') ? ['BarChart', chartName(entity)] : []),
    ...(features.includes('streak') ? ['StreakBadge'] : []),
    ...(features.includes('search') ? ['SearchBox'] : []),
    ...(features.includes('filter') && filterableBy(entity) ? ['FilterChips'] : []),
    ...(features.includes('sort') ? ['OrderSelect'] : []),
  ];
  return new Set([
    ...components.map((name) => `src/components/${name}.tsx`),
    'src/lib/form.ts',
    'src/lib/format.ts',
    'src/lib/useCollection.ts',
    'src/lib/useOne.ts',
    'src/lib/useRoute.ts',
    ...(hasParent ? ['src/lib/useAll.ts'] : []),
    ...(features.includes('filter') && filterableBy(entity) ? ['src/lib/useFilter.ts'] : []),
    ...(features.includes('sort') ? ['src/lib/useOrder.ts'] : []),
    ...(features.includes('search') ? ['server/columns.ts', 'server/search.ts'] : []),
    ...(features.includes('csv') ? ['server/csv.ts'] : []),
  ]);
}
