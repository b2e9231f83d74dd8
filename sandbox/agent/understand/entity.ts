import { Entity, type Field } from '../spec.ts';
import { fieldsIn, listed } from './fields.ts';
import { identifier, LONGEST } from './identifier.ts';
import { guessType, isKnown, usualFields } from './nouns.ts';
import { isPlural, pluralOf, singularOf } from './plural.ts';

const STOP = String.raw`(?=\s+(?:with|that|which|who|and|so|in|on|for|where|to|from|by|app|page|website|tool|system|when|i|we|at|using|called|named|as|per|then|plus|like)\b|[.,;:!?()"“”\n]|$)`;
const OWN = String.raw`(?:(?:all|of|my|our|the|your|his|her|their|a|an|personal|simple|little|small|nice|favou?rite|daily|basic|beautiful|new)\s+)*`;
const THING = String.raw`${OWN}([\p{L}][\p{L}' -]{1,40}?)`;
const KEEPER =
  '(?:tracker|tracking|log|logger|diary|journal|list|book|organi[sz]er|collection|manager|management|catalog(?:ue)?|library|inventory|planner|database|notebook|keeper|box|archive|directory|dashboard|crm|board|register|app)';
const KEEP =
  '(?:track|log|record|collect|catalog(?:ue)?|organi[sz]e|manage|save|store|list|remember|plan|note|keep)';

const PATTERNS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:(?:list|collection|catalog(?:ue)?|library|log|inventory|database|record|archive|directory|register)\s+of|(?:list|directory|register|database)\s+for)\s+${THING}${STOP}`,
    'iu',
  ),
  new RegExp(String.raw`\b${KEEP}\s+(?:of\s+)?(?:all\s+)?(?:of\s+)?(?:my|our|the)\s+${THING}${STOP}`, 'iu'),
  new RegExp(String.raw`\bkeep\s+(?:track|a list|a log|a record)\s+of\s+${THING}${STOP}`, 'iu'),
  /\b(to-?do|shopping|grocery|task|reading|packing|wish|bucket|guest)s?\s?-?lists?\b/iu,
  new RegExp(
    String.raw`\b(?:a|an|my|our|the|simple|nice|me|build|make|create)\s+([\p{L}][\p{L}'-]{1,24}(?:\s[\p{L}'-]{2,24})?)\s+${KEEPER}\b`,
    'iu',
  ),
  new RegExp(String.raw`^\s*([\p{L}][\p{L}'-]{1,24}(?:\s[\p{L}'-]{2,24})?)\s+${KEEPER}\b`, 'iu'),
  /\b(notebook|to-?dos?|diary|journal|bookmarks|recipes|expenses|contacts|crm|blog|inventory)\b/iu,
  new RegExp(String.raw`\b${KEEP}\s+([\p{L}][\p{L}-]{2,30}s)\b`, 'iu'),
  new RegExp(String.raw`\bapp\s+(?:for|about|with)\s+${THING}${STOP}`, 'iu'),
];

const MEANT: Readonly<Record<string, string>> = {
  'to-do': 'todos',
  'to-dos': 'todos',
  'to do': 'todos',
  notebook: 'notes',
  notepad: 'notes',
  journal: 'entries',
  diary: 'entries',
  grocery: 'groceries',
  shopping: 'shopping items',
  reading: 'books',
  packing: 'items',
  bucket: 'wishes',
  wish: 'wishes',
  guest: 'guests',
  crm: 'contacts',
  blog: 'posts',
  inventory: 'items',
  crud: 'items',
  cook: 'recipes',
  time: 'time entries',
  budget: 'expenses',
  finance: 'expenses',
  fitness: 'workouts',
  training: 'workouts',
  running: 'runs',
  weight: 'weights',
  sleep: 'nights',
};

const LEADING =
  /^(?:build|make|create|me|a|an|my|our|the|simple|nice|little|small|personal|private|secret|shared|new|beautiful|mobile|web|full-stack|internal|of|all|some)\s+/iu;

/** What is a kind of app and not a kind of thing. */
const NOT_A_THING =
  /^(?:web|mobile|full-?stack|private|simple|nice|great|cool|internal|bottom-?tab|tab|new|good|small|single|another|it|this|that|them|me|us|people|everything|something|anything|landing|chat|game|crud|todays?|an?|the|one|my|data|user|admin|(?:daily\s+)?streaks?)$/iu;

/** The names of a thing in code; `undefined` where nothing usable is left. */
export function naming(thing: string): Pick<Entity, 'plural' | 'singular'> | undefined {
  const plural = identifier(pluralOf(thing), 'list');
  const singular = identifier(singularOf(thing), 'list');
  if (!plural || !singular) return undefined;
  return { plural, singular: singular === plural ? `${singular}Item`.slice(0, LONGEST + 4) : singular };
}

/** A thing as an entity with the fields that were named, or those that people usually note. */
export function entity(thing: string, named: readonly Field[], around = ''): Entity | undefined {
  const names = naming(thing);
  if (!names) return undefined;
  const fields = named.length > 0 ? withAName(named) : usualFields(`${thing} ${around}`);
  const parsed = Entity.safeParse({ ...names, fields: distinct(fields).slice(0, 12) });
  return parsed.success ? parsed.data : undefined;
}

/** The things a prompt is about, as an entity; `undefined` where it names none. */
export function entityOf(prompt: string): Entity | undefined {
  const found = PATTERNS.map((pattern) => pattern.exec(prompt)?.[1])
    .map((thing) => thing && thingOf(thing))
    .find((thing) => thing !== undefined && thing !== '');
  return found ? entity(found, namedFields(prompt) ?? [], found) : undefined;
}

/** `my favourite recipes` are recipes; `diary` are entries; `a simple` is nothing. */
export function thingOf(found: string): string | undefined {
  const bare = strip(found.toLowerCase().trim());
  const thing = headNoun(MEANT[bare] ?? bare);
  return NOT_A_THING.test(thing) || thing.length < 2 ? undefined : thing;
}

/** `extraordinary encounters` are encounters where the whole would be too long a name. */
const headNoun = (thing: string): string =>
  thing.length <= LONGEST ? thing : (thing.split(' ').at(-1) ?? thing);

function strip(text: string): string {
  const shorter = text.replace(LEADING, '').replace(/\s+(?:app|tracker|list)$/u, '');
  return shorter === text ? text : strip(shorter);
}

const FIELD_LISTS: readonly RegExp[] = [
  /\b(?:fields?|columns?)\s*(?::|are|called|named|for|like|such as)\s*:?\s*([^.!?;\n]{3,240})/iu,
  /\b(?:each|every)\s+(?:one|[\p{L}-]+)\s+(?:has|have|with|gets|needs|should have|comes with)\s+([^.!?;\n]{3,240})/iu,
  /\bwith\s+(?:the\s+)?(?:fields?\s+|columns?\s+)?:?\s*([^.!?;\n]{3,240})/iu,
];

/** `with a name, a price and notes` lists fields; `with dark mode` does not. */
export function namedFields(prompt: string): Field[] | undefined {
  for (const pattern of FIELD_LISTS) {
    const list = pattern.exec(prompt)?.[1];
    if (!list) continue;
    const fields = fieldsIn(list).slice(0, 12);
    // One noun after `with` may be anything; after `each recipe has` it is a field.
    const isList = listed(list).length > 1 || /\bfields?\b|\bcolumns?\b|^(?:a|an)\s/i.test(list);
    if (
      isList &&
      fields.length > 0 &&
      (fields.length > 1 || /^(?:a|an)\s/i.test(list) || pattern !== FIELD_LISTS[2])
    )
      return fields;
  }
  return undefined;
}

/** Plurals that a thing has and that are no list of their own. */
const isField = (noun: string): boolean => guessType(noun) !== 'text';

const HAS = '(?:has|have|can have|contains?|holds?|includes?|comes? with)';
const SOME =
  '(?:many|several|multiple|its|their|some|a list of|lists of|any number of|own|the|its own|their own)';
const RELATIONS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:each|every|an?|one)\s+(?<parent>[\p{L}-]+)\s+${HAS}\s+(?:${SOME}\s+)*(?<child>[\p{L}-]+)`,
    'iu',
  ),
  /\b(?<child>[\p{L}-]+s)\s+(?:that\s+|which\s+)?belong(?:ing)?\s+to\s+(?:an?\s+|one\s+|the\s+|each\s+)?(?<parent>[\p{L}-]+)/iu,
  new RegExp(
    String.raw`\b(?<parent>[\p{L}-]+s)\s+(?:with|have|having|and)\s+(?:${SOME}\s+)+(?<child>[\p{L}-]+s)\b`,
    'iu',
  ),
  /\b(?<parent>projects|clients|customers|posts|blog|articles|albums|courses|trips|teams|events|companies|boards|goals|contacts|orders|playlists|books|recipes|classes|properties|campaigns)\s+with\s+(?<child>[\p{L}-]+s)\b/iu,
  /\b(?<child>[\p{L}-]+s)\s+(?:of|for|in|per)\s+(?:each|every)\s+(?<parent>[\p{L}-]+)\b/iu,
];

/** A text of its own under a post, a fact among others in a list of fields. */
const OFTEN_A_LIST = /^(?:comments|replies|reviews)$/iu;

export type Related = { readonly parent: string; readonly child: string };

/** `each project has tasks`, `tasks belong to projects`: two lists, one inside the other. */
export function relationIn(prompt: string): Related | undefined {
  for (const pattern of RELATIONS) {
    const { parent, child } = pattern.exec(prompt)?.groups ?? {};
    if (!parent || !child) continue;
    const [outer, inner] = [thingOf(parent), thingOf(child)];
    if (
      !outer ||
      !inner ||
      !isPlural(inner) ||
      (isField(inner) && !OFTEN_A_LIST.test(inner)) ||
      singularOf(outer) === singularOf(inner)
    )
      continue;
    if (!/^[\p{L}-]{3,}$/u.test(outer)) continue;
    return { parent: pluralOf(outer), child: inner };
  }
  return undefined;
}

/** `books and movies`, where both are known things: two lists beside each other. */
export function pairIn(prompt: string): readonly [string, string] | undefined {
  const pattern = new RegExp(
    String.raw`\b(?:${KEEP}|of|for)\s+${OWN}([\p{L}-]+s)\s+and\s+(?:my\s+|our\s+|the\s+)?([\p{L}-]+s)\b`,
    'iu',
  );
  const [, first, second] = pattern.exec(prompt) ?? [];
  if (!first || !second) return undefined;
  const [one, other] = [thingOf(first), thingOf(second)];
  const both = [one, other].every((thing) => thing && isPlural(thing) && isKnown(thing) && !isField(thing));
  return both && one && other && one !== other ? [one, other] : undefined;
}

/** No two fields of one name, and the first one something a thing can be called by. */
function distinct(fields: readonly Field[]): Field[] {
  const once = fields.filter(
    (field, position, all) => all.findIndex((other) => other.name === field.name) === position,
  );
  const names = ({ type }: Field) => !['yes or no', 'long text', 'tags', 'rating', 'choice'].includes(type);
  const naming = once.findIndex(names);
  const first = once[Math.max(naming, 0)];
  return first ? [first, ...once.filter((field) => field !== first)] : once;
}

/** A thing of which only facts were named (a rating, notes) still needs something to be called by. */
const withAName = (fields: readonly Field[]): readonly Field[] =>
  fields.some(({ type }) => ['text', 'date', 'email'].includes(type))
    ? fields
    : [{ name: 'name', label: 'Name', type: 'text' }, ...fields];
