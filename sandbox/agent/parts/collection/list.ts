import { attribute, element, imports, lines, literal, tidy, withinWidth } from '../../compose/text.ts';
import type { Field, PartOf } from '../../spec.ts';
import { doneField } from './card.ts';
import { chartOf, filterableBy, namesOf, summable } from './names.ts';

/** `src/features/<plural>/<Type>List.tsx`: the things, a form for one more, and what helps to find one. */
export function listTsx({ entity, features, order }: PartOf<'collection'>): string {
  const { type, plural, one, many } = namesOf(entity);
  const has = (feature: (typeof features)[number]) => features.includes(feature);
  const filter = has('filter') ? filterableBy(entity) : undefined;
  const sorted = has('sort');
  const totals = summable(entity);
  const changes =
    doneField(entity) !== undefined || entity.fields.slice(1).some((field) => field.type === 'yes or no');
  const nested = entity.belongsTo !== undefined;
  const narrowing = [has('search') && "search !== ''", filter && "filter.chosen !== ''"].filter(Boolean);
  const isNarrowed = narrowing.length > 0;
  const tools = has('search') || filter !== undefined || sorted || has('csv');
  const things = sorted ? 'order.items' : filter ? 'filter.items' : 'items';
  const query = [nested && 'in: belongsTo', has('search') && 'q: search'].filter((each) => each !== false);
  return tidy(`${imports([
    has('search') && { from: 'react', names: ['useState'] },
    { from: `../../../shared/${plural}.ts`, names: `type { ${type} }` },
    { from: '../../components/Notice.tsx', names: ['Notice'] },
    totals.length > 0 && { from: '../../components/Total.tsx', names: ['Total'] },
    has('chart') && { from: `../../components/${chartName(entity)}.tsx`, names: [chartName(entity)] },
    has('streak') && { from: '../../components/StreakBadge.tsx', names: ['StreakBadge'] },
    has('search') && { from: '../../components/SearchBox.tsx', names: ['SearchBox'] },
    filter && { from: '../../components/FilterChips.tsx', names: ['FilterChips'] },
    sorted && { from: '../../components/OrderSelect.tsx', names: ['OrderSelect'] },
    { from: '../../lib/useCollection.ts', names: ['useCollection'] },
    filter && { from: '../../lib/useFilter.ts', names: ['useFilter'] },
    sorted && { from: '../../lib/useOrder.ts', names: ['type SortOrder', 'useOrder'] },
    { from: `./${type}Card.tsx`, names: [`${type}Card`] },
    { from: `./${type}Form.tsx`, names: [`${type}Form`] },
  ])}
${sorted ? `\n${orders(type, entity.fields, order)}\n` : ''}
export function ${type}List(${nested ? '{ belongsTo }: { belongsTo?: string }' : ''}) {
${lines(
  has('search') && "  const [search, setSearch] = useState('');",
  collectionHook(type, plural, query),
  filter && `  const filter = useFilter(items, ${literal(filter.name)});`,
  sorted && `  const order = useOrder(${filter ? 'filter.items' : 'items'}, ORDERS);`,
)}
${lines(
  things !== 'items' && `  const shown = ${things};`,
  isNarrowed && `  const isNarrowed = ${narrowing.join(' || ')};`,
)}

  return (
    <section className="grid gap-5" aria-label=${JSON.stringify(many)}>
${nested ? `      {belongsTo && <h2 className="font-semibold text-xl tracking-tight">${cap(many)}</h2>}\n` : ''}      {items && (
        <p className="text-muted text-sm" role="status">
          {items.length === 1 ? ${literal(`1 ${one}`)} : \`\${items.length} ${many}\`}
        </p>
      )}
      <Notice message={list.error} />
${lines(
  has('streak') &&
    `      {items && ${element(0, 'StreakBadge', ['items={items}', `day="${streakDay(entity.fields)}"`])}}`,
  totals.length > 0 && totalsJsx(totals),
  has('chart') && chart(entity),
)}
      {items && (
        <details className="card group" open={items.length === 0${isNarrowed ? ' && !isNarrowed' : ''}}>
          <summary className="cursor-pointer rounded-lg font-medium">New ${one}</summary>
          <div className="pt-4">
${element(12, `${type}Form`, [nested && 'belongsTo={belongsTo}', 'onSave={list.add}'])}
          </div>
        </details>
      )}
${lines(
  tools && '\n      <div className="flex flex-wrap items-center gap-2 empty:hidden">',
  has('search') &&
    element(8, 'SearchBox', [attribute('label', `Search ${many}`), 'value={search}', 'onChange={setSearch}']),
  filter && element(8, 'FilterChips', [attribute('label', filter.label), 'filter={filter}']),
  sorted && element(8, 'OrderSelect', ['order={order}']),
  has('csv') &&
    `        <a className="button-quiet text-sm" href="/api/${plural}/export.csv" download>
          Export CSV
        </a>`,
  tools && '      </div>',
)}
${emptyStates(many, isNarrowed, things === 'items' ? 'items' : 'shown')}
      {${things === 'items' ? 'items && items' : 'shown && shown'}.length > 0 && (
        <ul className="grid gap-3" aria-label=${JSON.stringify(many)} aria-busy={list.saving}>
          {${things === 'items' ? 'items' : 'shown'}.map((item) => (
${element(12, `${type}Card`, ['key={item.id}', 'item={item}', changes && 'onChange={list.change}', 'onRemove={list.remove}'])}
          ))}
        </ul>
      )}
    </section>
  );
}
`);
}

function collectionHook(type: string, plural: string, query: readonly string[]): string {
  const start = `  const { items, ...list } = useCollection<${type}>('${plural}'`;
  if (query.length === 0) return `${start});`;
  const broken = `${start}, {\n${query.map((each) => `    ${each},`).join('\n')}\n  });`;
  return withinWidth(`${start}, { ${query.join(', ')} });`, broken);
}

const cap = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const chartName = (entity: PartOf<'collection'>['entity']): string =>
  chartOf(entity).kind === 'per week' ? 'WeeklyChart' : 'ChoiceChart';

function chart(entity: PartOf<'collection'>['entity']): string {
  const wanted = chartOf(entity);
  const { many } = namesOf(entity);
  const attributes =
    wanted.kind === 'per week'
      ? [
          attribute('title', `${wanted.value?.label ?? cap(many)} per week`),
          'items={items}',
          `day="${wanted.day}"`,
          wanted.value !== undefined && `value="${wanted.value.name}"`,
        ]
      : [
          attribute('title', `${cap(many)} by ${wanted.by.label.toLowerCase()}`),
          'items={items}',
          `by="${wanted.by.name}"`,
        ];
  const name = chartName(entity);
  const oneLine = `      {items && items.length > 0 && ${element(0, name, attributes)}}`;
  if (oneLine.length <= 110 && !oneLine.includes('\n')) return oneLine;
  return `      {items && items.length > 0 && (\n${element(8, name, attributes)}\n      )}`;
}

export const streakDay = (fields: readonly Field[]): string =>
  fields.find(({ type }) => type === 'date')?.name ?? 'createdAt';

function emptyStates(many: string, isNarrowed: boolean, things: string): string {
  const empty = `
      {items?.length === 0${isNarrowed ? ' && !isNarrowed' : ''} && (
        <div className="grid justify-items-center gap-1 rounded-2xl border border-line border-dashed py-12 text-center">
          <p className="font-medium">No ${many} yet</p>
          <p className="text-balance text-muted text-sm">Add the first one above.</p>
        </div>
      )}
`;
  if (!isNarrowed) return empty;
  return `${empty}
      {${things}?.length === 0 && isNarrowed && (
        <p className="py-8 text-center text-muted">There are no ${many} like that.</p>
      )}
`;
}

/** The orders a reader can choose between; the list's own comes first. */
function orders(
  type: string,
  fields: readonly Field[],
  { by, descending }: PartOf<'collection'>['order'],
): string {
  const all = [
    { label: 'Newest first', by: 'createdAt', descending: true },
    { label: 'Oldest first', by: 'createdAt', descending: false },
    ...fields
      .filter(({ type: of }) => !['long text', 'tags', 'link', 'yes or no'].includes(of))
      .slice(0, 4)
      .flatMap(({ name, label, type: of }) =>
        of === 'text' || of === 'choice' || of === 'email' || of === 'phone'
          ? [{ label: `${label}, A to Z`, by: name, descending: false }]
          : [
              {
                label: `${label}, ${of === 'date' || of === 'time' ? 'latest' : 'highest'} first`,
                by: name,
                descending: true,
              },
              {
                label: `${label}, ${of === 'date' || of === 'time' ? 'earliest' : 'lowest'} first`,
                by: name,
                descending: false,
              },
            ],
      ),
  ];
  const own = by === 'added' ? 'createdAt' : by;
  const isOwn = (order: (typeof all)[number]) => order.by === own && order.descending === descending;
  return `const ORDERS: readonly SortOrder<${type}>[] = [
${[...all.filter(isOwn), ...all.filter((order) => !isOwn(order))]
  .map((order) => `  { label: ${literal(order.label)}, by: '${order.by}', descending: ${order.descending} },`)
  .join('\n')}
];`;
}

const totalsJsx = (totals: readonly Field[]): string => `      {items && items.length > 0 && (
        <dl className="grid grid-cols-2 gap-3">
${totals.map(({ name, label, type }) => element(10, 'Total', [attribute('label', label), `values={items.map((item) => item.${name})}`, type === 'money' && 'money'])).join('\n')}
        </dl>
      )}`;
