import type { AppSpec, Entity, Part } from '../spec.ts';
import { entity, entityOf, pairIn, relationIn, thingOf } from './entity.ts';
import { inOrder, listFeaturesIn, usualFeatures } from './features.ts';
import { fieldsIn, listed } from './fields.ts';
import { identifier } from './identifier.ts';
import { isKnown } from './nouns.ts';
import { isPlural } from './plural.ts';

const HABITS = /\bhabits?\b|\bdaily\s+(?:check-?ins?|routines?)/i;
const STREAKS = /\bstreaks?\b/i;
const PRICING = /\bpricing\b|\bprice\s+(?:page|table|list|plans?)\b|\bsubscription\s+plans\b/i;
const BOOKING =
  /\bbook(?:s|ing)?\s+(?:people|customers?|guests?|clients?|visitors?|them|appointments?|slots?|tables?|rooms?|sessions?|lessons?|time)\b|\bbookings?\b|\breservations?\b|\bappointment\s+(?:form|page|book(?:ing|er)|schedul\w+)|\bschedul(?:e|ing)\s+(?:appointments?|calls?|visits?)\b/i;
const CONTACT =
  /\b(?:contact|feedback|enquir(?:y|ies)|inquir(?:y|ies)|message|support|suggestion)\s+(?:form|page|box)\b/i;
const WAITLIST =
  /\bwait(?:ing)?[- ]?list\b|\bsign-?\s?ups?\b|\blaunch\s+(?:list|page)\b|\b(?:e-?mail|newsletter|lead)\s+(?:capture|list|sign-?up|collector|collection)\b|\bnewsletter\b|\bcoming\s+soon\b|\bpre-?launch\b|\bsubscribe(?:rs)?\b|\bmailing\s+list\b|\bcollects?\s+e-?mails?\b|\blanding\s+page\b/i;
const DASHBOARD =
  /\b(?:dashboard|charts?|graphs?|page|screen|tab)\b.{0,60}\b(?:analytics|events|visitors|page\s?views|usage|traffic)\b|\b(?:analytics|events?|usage|traffic)\s+(?:dashboard|charts?|page)\b|\binternal\s+dashboard\b|\bdashboard\b\s*(?:$|[.,!?])/i;
const TABS = /\bbottom[- ]?tabs?\b|\btab[- ]?bar\b|\btabbed\b|\btabs\b|\btab\s+app\b/i;
const CRUD = /\bcrud\b/i;

export const WELCOME =
  /\b(?:welcome|confirmation|thank[- ]you)\s+(?:e-?)?mails?\b|\b(?:e-?)?mails?\s+(?:them|people|everyone|each\s+person|the\s+visitor)\b|\bauto-?reply\b/i;

const EMPTY = { fields: [], retired: [] };

const habits = (text: string): Part => ({
  kind: 'habits',
  chart: /\bcharts?\b|\bgraphs?\b/i.test(text),
  newestFirst: false,
  ...EMPTY,
});

const form = (look: Extract<Part, { kind: 'form' }>['look'], welcome: boolean): Part => ({
  kind: 'form',
  look,
  welcome,
  ...EMPTY,
});

const DASHBOARD_PART: Part = { kind: 'dashboard' };

/** A list with what its writer asked for, and what helps with such things anyway. */
export const collection = (of: Entity, text: string): Part => ({
  kind: 'collection',
  entity: of,
  features: inOrder([...listFeaturesIn(text), ...usualFeatures(of)]),
  order: { by: 'added', descending: true },
});

/** What a prompt asks for, as parts to build; `undefined` where no rule matches. First match wins. */
export function partsOf(prompt: string): Part[] | undefined {
  if (TABS.test(prompt)) return tabs(prompt);
  const one = onePart(prompt);
  if (one) {
    const also = dashboardBeside(prompt, one);
    return also ? [one, also] : [one];
  }
  const found = lists(prompt);
  if (found) return found;
  if (STREAKS.test(prompt)) return [habits(prompt)];
  return CRUD.test(prompt) ? items(prompt) : undefined;
}

function onePart(prompt: string): Part | undefined {
  const welcome = WELCOME.test(prompt);
  if (PRICING.test(prompt)) return form('pricing', welcome);
  if (BOOKING.test(prompt)) return form('booking', true);
  if (CONTACT.test(prompt)) return form('contact', welcome);
  if (WAITLIST.test(prompt)) return form('waitlist', welcome);
  if (HABITS.test(prompt)) return habits(prompt);
  if (DASHBOARD.test(prompt)) return DASHBOARD_PART;
  return undefined;
}

/** `a waitlist … and a dashboard of its events`: the second part is never the first again. */
const dashboardBeside = (prompt: string, { kind }: Part): Part | undefined =>
  kind !== 'dashboard' && /\bdashboard\b/i.test(prompt) ? DASHBOARD_PART : undefined;

function lists(prompt: string): Part[] | undefined {
  const related = relationIn(prompt);
  if (related) {
    const parent = entity(related.parent, []);
    const child = entity(related.child, fieldsOfEach(prompt, related.child));
    if (parent && child && parent.plural !== child.plural) {
      return [collection(parent, prompt), collection({ ...child, belongsTo: parent.plural }, '')];
    }
  }
  const pair = pairIn(prompt);
  if (pair) {
    const [one, other] = pair.map((thing) => entity(thing, []));
    if (one && other && one.plural !== other.plural)
      return [collection(one, prompt), collection(other, prompt)];
  }
  const found = entityOf(prompt);
  return found && [collection(found, prompt)];
}

/** `each task has a title and a due date` beside `each project has tasks`. */
function fieldsOfEach(prompt: string, child: string) {
  const one = child.replace(/s$/u, '');
  const pattern = new RegExp(
    String.raw`\b(?:each|every|an?)\s+${one}\s+(?:has|have|with|gets|needs)\s+([^.!?;\n]{3,240})`,
    'iu',
  );
  return fieldsIn(pattern.exec(prompt)?.[1] ?? '');
}

function items(prompt: string): Part[] | undefined {
  const found = entity('items', []);
  return found && [collection(found, prompt)];
}

const NAMED_TABS =
  /\btabs?\s*(?::|for|called|named|are|like|with)\s*:?\s*([^.!?;\n]{3,160})|\b(?:with|has)\s+([^.!?;\n]{3,120}?)\s+tabs\b/iu;

/** `tabs Today, Notes and Settings` */
const CAPITAL_TABS = /\btabs\s+(\p{Lu}[^.!?;\n]{3,160})/u;

const OVERVIEW = /^(?:activity|stats|statistics|insights|analytics|dashboard|events)$/iu;

/** A tab for each name that was given; without names, two lists and the charts of what happens in them. */
function tabs(prompt: string): Part[] {
  const names = NAMED_TABS.exec(prompt) ?? CAPITAL_TABS.exec(prompt);
  const labels = listed(names?.[1] ?? names?.[2] ?? '').map((label) =>
    label
      .replace(/^(?:an?|the|my)\s+/iu, '')
      .replace(/\s+tabs?$/iu, '')
      .replace(/["“”]/gu, '')
      .trim(),
  );
  const named = labels.filter((label) => /^[\p{L}][\p{L}\p{N} -]{1,20}$/u.test(label)).slice(0, 5);
  const parts = named.flatMap((label) => tab(label) ?? []);
  const about = entityOf(prompt);
  if (parts.length >= 2) return once([...(about ? [collection(about, prompt)] : []), ...parts]).slice(0, 6);
  return once(
    ['todos', 'notes'].flatMap((thing) => entity(thing, []) ?? []).map((of) => collection(of, prompt)),
  ).concat(DASHBOARD_PART);
}

export function tab(label: string): Part | undefined {
  if (OVERVIEW.test(label)) return DASHBOARD_PART;
  if (/^habits?$/iu.test(label)) return habits('');
  const thing = thingOf(label);
  if (thing && (isPlural(thing) || isKnown(thing)) && !/^(?:settings|news)$/iu.test(thing)) {
    const of = entity(thing, []);
    if (of) return collection(of, '');
  }
  const name = identifier(label, 'list');
  return name ? { kind: 'page', name, title: label.charAt(0).toUpperCase() + label.slice(1) } : undefined;
}

const once = (parts: readonly Part[]): Part[] =>
  parts.filter(
    (part, position) =>
      parts.findIndex((other) => JSON.stringify(idOf(other)) === JSON.stringify(idOf(part))) === position,
  );

const idOf = (part: Part) =>
  part.kind === 'collection' ? part.entity.plural : part.kind === 'page' ? part.name : part.kind;

/** Whether tabs are what the prompt is about, so that opening one is an event. */
export const tracksTabs = (prompt: string, parts: readonly Part[]): Pick<AppSpec, 'tracksTabs'> => ({
  tracksTabs: TABS.test(prompt) && parts.length > 1,
});
