import { filterableBy } from '../../parts/collection/names.ts';
import { type AppSpec, type ListFeature, type Order, type Part, type PartOf, partId } from '../../spec.ts';
import { inOrder, listFeaturesIn, ownerIn } from '../features.ts';
import { fieldOf } from '../fields.ts';
import { bigName, lists, type Outcome, oneOf, replaced, targetList } from './target.ts';

const SORT =
  /\bsort|\border(?:ed)?\s+(?:it|them|by)|\b(?:newest|oldest|latest|earliest|highest|lowest)\b.{0,20}\bfirst\b/iu;
const DESCENDING = /\b(?:desc\w*|highest|largest|biggest|latest|newest|most|z\s*(?:to|-)\s*a|reverse)\b/iu;

/** `sort by newest`, `sort the recipes by title`, `highest rating first`. */
export function sort(text: string, spec: AppSpec): Outcome | undefined {
  if (!SORT.test(text)) return undefined;
  const part = targetList(spec, text);
  if (!part) return sortHabits(text, spec);
  const order = orderIn(text, part);
  if (!order) return { cannot: `I do not see what to sort ${partId(part)} by` };
  const isSame = order.by === part.order.by && order.descending === part.order.descending;
  if (isSame && part.features.includes('sort')) return { already: `${partId(part)} in that order` };
  const features = inOrder([...part.features, 'sort']);
  const by =
    order.by === 'added'
      ? order.descending
        ? 'newest first'
        : 'oldest first'
      : `by ${labelled(part, order)}`;
  return {
    spec: replaced(spec, part, { ...part, order, features }),
    done: `${bigName(part)} are sorted ${by}, and whoever looks can choose another order`,
  };
}

const labelled = ({ entity }: PartOf<'collection'>, { by, descending }: Order): string =>
  `${entity.fields.find(({ name }) => name === by)?.label.toLowerCase()}${descending ? ', highest first' : ''}`;

function orderIn(text: string, { entity }: PartOf<'collection'>): Order | undefined {
  const field = entity.fields.find(({ name, label }) => {
    const plain = label.replace(/\s*\(.*\)/u, '');
    return new RegExp(String.raw`\b(?:${escaped(plain)}|${name})\b`, 'iu').test(text);
  });
  if (field) return { by: field.name, descending: DESCENDING.test(text) };
  if (/\b(?:alphabet\w*|a\s*(?:to|-)\s*z|name|title)\b/iu.test(text)) {
    const first = entity.fields[0];
    return first && { by: first.name, descending: false };
  }
  if (/\boldest|\bearliest|\bfirst\s+added/iu.test(text)) return { by: 'added', descending: false };
  if (/\bnewest|\blatest|\brecent|\bdate|\badded|\bnew\b/iu.test(text))
    return { by: 'added', descending: true };
  const by = /\bby\s+(?:the\s+)?([\p{L} ]{2,26})/iu.exec(text)?.[1];
  const asked = by ? fieldOf(by) : undefined;
  if (!by) return { by: 'added', descending: true };
  return asked && entity.fields.some(({ name }) => name === asked.name)
    ? { by: asked.name, descending: DESCENDING.test(text) }
    : undefined;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function sortHabits(text: string, spec: AppSpec): Outcome | undefined {
  const part = spec.parts.find((each) => each.kind === 'habits');
  if (part?.kind !== 'habits') return { cannot: 'there is no list here to sort' };
  const newestFirst = !/\boldest/iu.test(text);
  if (part.newestFirst === newestFirst) return { already: 'the habits in that order' };
  return {
    spec: replaced(spec, part, { ...part, newestFirst }),
    done: `the habits are sorted ${newestFirst ? 'newest' : 'oldest'} first`,
  };
}

const SAID: Record<ListFeature, (part: PartOf<'collection'>) => string> = {
  search: (part) => `${bigName(part)} have a full-text search, by an index in Postgres`,
  sort: (part) => `${bigName(part)} can be sorted`,
  filter: (part) => `${bigName(part)} can be filtered`,
  chart: (part) => `a chart shows the ${partId(part)}`,
  csv: (part) => `${bigName(part)} can be exported as CSV`,
  streak: (part) => `the days in a row are counted from the ${partId(part)}`,
  'tell owner': (part) => `you are mailed about each new ${oneOf(part)}`,
};

const REMOVING = /\b(?:remove|delete|drop|hide|without|no\s+more|get\s+rid\s+of|stop|turn\s+off|disable)\b/iu;
const ADDING =
  /\b(?:add|include|with|want|need|give|make|show|put|enable|let|can|could|should|export|filter|mail|e-?mail|notify|tell|send|create|have|chart|turn\s+on|download)\b/iu;

/** Search, chart, CSV, filter, streak, mails to the owner: on for the list it is about, or off. */
export function listFeatures(text: string, spec: AppSpec): Outcome | undefined {
  const wanted: readonly ListFeature[] = listFeaturesIn(text).filter((feature) => feature !== 'sort');
  if (wanted.length === 0 || !(ADDING.test(text) || REMOVING.test(text) || text.length < 40))
    return undefined;
  const part = targetList(spec, text);
  if (!part) return withoutLists(wanted, text, spec);
  if (REMOVING.test(text)) {
    const features = part.features.filter((feature) => !wanted.includes(feature));
    if (features.length === part.features.length)
      return { already: `no such thing as ${wanted.join(' and ')} in it` };
    return {
      spec: replaced(spec, part, { ...part, features }),
      done: `no more ${wanted.join(' and ')} for ${partId(part)}`,
    };
  }
  if (wanted.includes('filter') && !filterableBy(part.entity))
    return {
      cannot: `there is nothing in ${partId(part)} to filter by: add a status, tags or a checkbox first`,
    };
  const owner = wanted.includes('tell owner') ? ownerIn(text) : undefined;
  if (owner && owner !== spec.owner) {
    const features = inOrder([...part.features, ...wanted]);
    const next = replaced(spec, part, { ...part, features });
    return { spec: { ...next, owner }, done: `${owner} is mailed about each new ${oneOf(part)}` };
  }
  const fresh = wanted.filter((feature) => !part.features.includes(feature));
  if (fresh.length === 0) return { already: wanted.join(' and ') };
  const features = inOrder([...part.features, ...fresh]);
  return {
    spec: replaced(spec, part, { ...part, features }),
    done: fresh.map((feature) => SAID[feature](part)).join('; '),
  };
}

/** What becomes of such a wish where the app has no list. */
function withoutLists(wanted: readonly ListFeature[], text: string, spec: AppSpec): Outcome | undefined {
  const habits = spec.parts.find((part) => part.kind === 'habits');
  const form = spec.parts.find((part) => part.kind === 'form');
  if (wanted.includes('chart')) return chartWithoutList(text, spec, habits);
  if (wanted.includes('streak') && habits) return { already: 'streaks' };
  if (wanted.includes('tell owner') && form) return undefined;
  if (wanted.includes('tell owner'))
    return { cannot: 'nothing is added here that I could mail you about; a weekly summary I can do' };
  if (wanted.includes('csv') && form)
    return {
      cannot:
        'the page is public, and an export would show everybody’s addresses to anybody; the Backend tab has the table',
    };
  return { cannot: `there is no list here, and ${wanted.join(' and ')} needs one` };
}

function chartWithoutList(text: string, spec: AppSpec, habits: Part | undefined): Outcome {
  if (habits?.kind === 'habits' && !/\bevents?\b|\banalytics\b/iu.test(text)) {
    if (habits.chart) return { already: 'a chart' };
    return {
      spec: replaced(spec, habits, { ...habits, chart: true }),
      done: 'a chart shows the check-ins of the last seven days',
    };
  }
  if (spec.parts.some(({ kind }) => kind === 'dashboard')) return { already: 'charts of its events' };
  return {
    spec: { ...spec, parts: [...spec.parts, { kind: 'dashboard' }] },
    done: 'the tab “Activity” charts what happens in the app, from its own analytics events',
  };
}

export const hasLists = (spec: AppSpec): boolean => lists(spec).length > 0;
