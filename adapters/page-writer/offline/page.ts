import { readFileSync } from 'node:fs';
import { capital, words } from '../../../sandbox/agent/compose/text.ts';
import { LOOKS } from '../../../sandbox/agent/parts/form/looks.ts';
import { AppSpec, type Field, type FormLook, type Part, partId } from '../../../sandbox/agent/spec.ts';
import { styleOf } from './style.ts';

/** The kinds of parts a page without a backend can have. */
export type PagePart = Exclude<Part, { kind: 'dashboard' }>;
export const isPagePart = (part: Part): part is PagePart => part.kind !== 'dashboard';

/** What the page's script is told of a part. */
type Shown = {
  readonly id: string;
  readonly kind: 'entries' | 'habits' | 'words';
  readonly label: string;
  readonly singular: string;
  readonly plural: string;
  readonly fields: readonly Field[];
  readonly features: readonly string[];
  readonly order: { readonly by: string; readonly descending: boolean };
  readonly unique: readonly string[];
  readonly button: string;
  readonly thanks: string;
  readonly newestFirst: boolean;
  readonly look?: FormLook;
  readonly parent?: string;
};

const PLAIN = {
  features: [],
  fields: [],
  order: { by: 'added', descending: true },
  unique: [],
  newestFirst: false,
} as const;

const PLANS = [
  ['Free', 'For trying it out'],
  ['Plus', 'For one person'],
  ['Team', 'For several'],
] as const;

const shownOf = (part: PagePart): Shown => {
  const id = partId(part);
  switch (part.kind) {
    case 'habits': {
      const { fields, newestFirst, chart } = part;
      const named = { label: 'Habits', singular: 'habit', plural: 'habits', button: 'Add habit', thanks: '' };
      return {
        ...PLAIN,
        ...named,
        id,
        kind: 'habits',
        fields,
        newestFirst,
        features: chart ? ['chart'] : [],
      };
    }
    case 'form': {
      const { label, singular, plural, fields, unique, button } = LOOKS[part.look];
      const all = [...fields.map(asOffered), ...part.fields];
      const thanks = `Thank you, the ${singular} is noted.`;
      const features = ['csv'];
      return {
        ...PLAIN,
        id,
        kind: 'entries',
        label,
        singular,
        plural,
        fields: all,
        unique,
        button,
        thanks,
        features,
        look: part.look,
      };
    }
    case 'collection': {
      const { entity, features, order } = part;
      const singular = words(entity.singular);
      const plural = words(entity.plural);
      const said = {
        label: capital(plural),
        button: `Add ${singular}`,
        thanks: `${capital(singular)} added.`,
      };
      const parent = entity.belongsTo === undefined ? {} : { parent: entity.belongsTo };
      return {
        ...PLAIN,
        ...said,
        ...parent,
        id,
        kind: 'entries',
        singular,
        plural,
        fields: entity.fields,
        features,
        order,
      };
    }
    case 'page':
      return {
        ...PLAIN,
        id,
        kind: 'words',
        label: part.title,
        singular: part.title,
        plural: part.title,
        button: '',
        thanks: '',
      };
  }
};

const asOffered = (field: Field): Field =>
  field.name === 'plan' ? { ...field, type: 'choice', options: PLANS.map(([name]) => name) } : field;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
/** JSON that no markup can end. */
const json = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const INPUT_TYPES: Readonly<Partial<Record<Field['type'], string>>> = {
  'whole number': 'type="number" step="1"',
  number: 'type="number" step="any"',
  money: 'type="number" step="0.01"',
  date: 'type="date"',
  time: 'type="time"',
  link: 'type="url"',
  email: 'type="email"',
  phone: 'type="tel"',
};

const input = ({ name, label, type, options = [] }: Field, isRequired: boolean): string => {
  const required = isRequired ? ' required' : '';
  const title = escaped(label);
  const choice = (values: readonly string[]): string =>
    `<label>${title}<select name="${name}"${required}><option value=""></option>${values
      .map((value) => `<option>${escaped(value)}</option>`)
      .join('')}</select></label>`;
  switch (type) {
    case 'yes or no':
      return `<label class="check-label"><input type="checkbox" name="${name}">${title}</label>`;
    case 'long text':
      return `<label>${title}<textarea name="${name}"${required}></textarea></label>`;
    case 'rating':
      return choice(['1', '2', '3', '4', '5']);
    case 'choice':
      return choice(options);
    default:
      return `<label>${title}<input name="${name}" ${INPUT_TYPES[type] ?? 'type="text"'}${required}></label>`;
  }
};

const sortChoices = ({ fields, order }: Shown): string =>
  [
    ['added down', 'Newest first'],
    ['added up', 'Oldest first'],
    ...fields.flatMap(({ name, label }) => [
      [`${name} up`, `${label}, ascending`],
      [`${name} down`, `${label}, descending`],
    ]),
  ]
    .map(([value = '', label = '']) => {
      const chosen = value === `${order.by} ${order.descending ? 'down' : 'up'}` ? ' selected' : '';
      return `<option value="${value}"${chosen}>${escaped(label)}</option>`;
    })
    .join('');

const filterChoices = ({ fields }: Shown): string =>
  fields
    .flatMap(({ name, label, type, options = [] }) =>
      type === 'yes or no'
        ? [
            [`${name}=true`, label],
            [`${name}=false`, `Not ${label.toLowerCase()}`],
          ]
        : options.map((option) => [`${name}=${option}`, option]),
    )
    .map(([value = '', label = '']) => `<option value="${escaped(value)}">${escaped(label)}</option>`)
    .join('');

const tools = (part: Shown): string => {
  const has = (feature: string): boolean => part.features.includes(feature);
  const filters = has('filter') ? filterChoices(part) : '';
  return [
    has('search')
      ? `<input class="search" type="search" aria-label="Search ${escaped(part.plural)}" placeholder="Search">`
      : '',
    filters === ''
      ? ''
      : `<select class="filter" aria-label="Filter"><option value="">All</option>${filters}</select>`,
    has('sort') ? `<select class="sort" aria-label="Sort">${sortChoices(part)}</select>` : '',
    has('csv') ? '<button type="button" class="csv quiet">Export as CSV</button>' : '',
  ].join('');
};

const plans = `<ul class="plans">${PLANS.map(([name, text]) => `<li><strong>${name}</strong>${text}</li>`).join('')}</ul>`;

const sectionOf = (part: Shown): string => {
  const title = escaped(part.label);
  if (part.kind === 'words')
    return `<section id="part-${part.id}"><h2>${title}</h2><textarea rows="12" aria-label="${title}"></textarea></section>`;
  const inputs =
    part.kind === 'habits'
      ? [
          input({ name: 'name', label: 'New habit', type: 'text' }, true),
          ...part.fields.map((field) => input(field, false)),
        ]
      : part.fields.map((field, index) => input(field, part.look === undefined ? index === 0 : true));
  const parent = part.parent === undefined ? '' : '<label>Belongs to<select name="parent"></select></label>';
  const chart = part.features.includes('chart')
    ? '<div class="chart" role="img" aria-label="The last 14 days"></div>'
    : '';
  const streak = part.features.includes('streak') ? '<p class="streak"></p>' : '';
  const heading = part.look === undefined ? title : 'Noted so far';
  return `<section id="part-${part.id}">
${part.look === 'pricing' ? plans : ''}<form class="entry">${inputs.join('\n')}${parent}
<div class="row"><button type="submit">${escaped(part.button)}</button><button type="button" class="cancel quiet" hidden>Cancel</button><span class="said" role="status"></span></div></form>
${chart}${streak}<div class="bar"><h2>${heading} <span class="count"></span></h2>${tools(part)}</div>
<p class="empty">Nothing here yet.</p><ul class="list"></ul></section>`;
};

const RUNTIME = readFileSync(new URL('./page-runtime.js', import.meta.url), 'utf8');
const SPEC_ID = 'mk0r-app';

/** The page in the pieces it is written in: each can be shown as soon as it is there. */
export const pageOf = (given: AppSpec): readonly string[] => {
  const spec = AppSpec.parse(given);
  const parts = spec.parts.filter(isPagePart).map(shownOf);
  const title = escaped(spec.title);
  const tabs = parts
    .map(
      ({ id, label }, index) =>
        `<button type="button" data-part="${id}" aria-current="${index === 0 ? 'page' : 'false'}">${escaped(label)}</button>`,
    )
    .join('');
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
${styleOf(spec)}
</style>
</head>
<body>
<header><h1>${title}</h1>${spec.tagline === '' ? '' : `<p>${escaped(spec.tagline)}</p>`}<p id="notice" role="status"></p>${parts.length > 1 ? `<nav aria-label="Parts">${tabs}</nav>` : ''}</header>
<main>
`,
    ...parts.map((part) => `${sectionOf(part)}\n`),
    `</main>
<script type="application/json" id="${SPEC_ID}">${json(spec)}</script>
<script type="application/json" id="mk0r-parts">${json({ parts })}</script>
<script>
${RUNTIME}</script>
</body>
</html>
`,
  ];
};

const SPEC = new RegExp(`<script type="application/json" id="${SPEC_ID}">([\\s\\S]*?)</script>`);

/** What a page of ours was made from; `undefined` of any other page. */
export const specIn = (page: string): AppSpec | undefined => {
  try {
    return AppSpec.safeParse(JSON.parse(SPEC.exec(page)?.[1] ?? '')).data;
  } catch {
    return undefined;
  }
};
