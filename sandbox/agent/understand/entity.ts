import { capital } from '../compose/text.ts';
import { Entity, type Field } from '../spec.ts';
import { identifier, LONGEST } from './identifier.ts';
import { guessType, usualFields } from './nouns.ts';

const STOP = String.raw`(?=\s+(?:with|that|which|and|so|in|on|for|where|to|from|by|app|page|website|when|i|we|at|using|called|named)\b|[.,;:!?()"]|$)`;
const THING = String.raw`(?:(?:all|of|my|our|the|your|his|her|their|a|an|personal|simple|little|small|nice|favou?rite|daily)\s+)*([\p{L}][\p{L}' -]{1,40}?)`;
const KEEPER =
  '(?:tracker|log|logger|diary|journal|list|book|organi[sz]er|collection|manager|catalog(?:ue)?|library|inventory|planner|database|notebook|keeper|box|archive)';

const PATTERNS: readonly RegExp[] = [
  new RegExp(
    String.raw`\b(?:list|collection|catalog(?:ue)?|library|log|inventory|database|record|archive)\s+of\s+${THING}${STOP}`,
    'iu',
  ),
  new RegExp(
    String.raw`\b(?:track|log|record|collect|catalog(?:ue)?|organi[sz]e|manage|save|store|list|remember)\s+(?:of\s+)?(?:all\s+)?(?:of\s+)?(?:my|our|the)\s+${THING}${STOP}`,
    'iu',
  ),
  new RegExp(String.raw`\bkeep\s+(?:track|a list|a log|a record)\s+of\s+${THING}${STOP}`, 'iu'),
  new RegExp(
    String.raw`\b(?:a|an|my|our|the|simple|nice|me|build|make)\s+([\p{L}][\p{L}'-]{1,24}(?:\s[\p{L}'-]{2,24})?)\s+${KEEPER}\b`,
    'iu',
  ),
  new RegExp(String.raw`^\s*([\p{L}][\p{L}'-]{1,24}(?:\s[\p{L}'-]{2,24})?)\s+${KEEPER}\b`, 'iu'),
  /\b(to-?do|shopping|grocery|task|reading|packing|wish)s?\s?-?lists?\b/iu,
  /\b(notebook|to-?dos?|diary|journal|bookmarks|recipes|expenses|contacts)\b/iu,
  /\b(?:track|log|record|catalog(?:ue)?|organi[sz]e|manage)\s+([\p{L}][\p{L}-]{2,30}s)\b/iu,
];

const MEANT: Readonly<Record<string, string>> = {
  notebook: 'notes',
  journal: 'entries',
  diary: 'entries',
  grocery: 'groceries',
  shopping: 'shopping items',
  reading: 'books',
  packing: 'items',
  wish: 'wishes',
};

const LEADING = /^(?:build|make|create|me|a|an|my|our|the|simple|nice|little|small|personal|new)\s+/iu;

/** The things a prompt is about, as an entity; `undefined` where it names none. */
export function entityOf(prompt: string): Entity | undefined {
  const found = PATTERNS.map((pattern) => pattern.exec(prompt)?.[1]).find(Boolean);
  if (!found) return undefined;
  const thing = headNoun(meant(strip(found.toLowerCase().trim())));
  const plural = identifier(pluralOf(thing)) ?? 'items';
  const fields = namedFields(prompt) ?? usualFields(`${thing} ${found.toLowerCase()}`);
  const parsed = Entity.safeParse({ plural, singular: identifier(singularOf(thing)) ?? 'item', fields });
  return parsed.success ? distinct(parsed.data) : undefined;
}

const meant = (thing: string): string => MEANT[thing] ?? thing;

/** `extraordinary encounters` are encounters where the whole would be too long a name. */
const headNoun = (thing: string): string =>
  thing.length <= LONGEST ? thing : (thing.split(' ').at(-1) ?? thing);

function strip(text: string): string {
  const shorter = text.replace(LEADING, '');
  return shorter === text ? text : strip(shorter);
}

/** `with a name, a price and notes` lists fields; `with dark mode` does not. */
export function namedFields(prompt: string): Field[] | undefined {
  const list = /\bwith\s+(?:the\s+)?(?:fields?\s+|columns?\s+)?:?\s*([^.!?;\n]{3,200})/iu.exec(prompt)?.[1];
  if (!list || !/,|\band\b|\bfields?\b|\bcolumns?\b/i.test(list)) return undefined;
  const labels = list
    .split(/,|\band\b/i)
    .map((part) => part.replace(/^\s*(?:a|an|the|its|their|fields?|for)\s+/iu, '').trim())
    .filter(
      (part) =>
        part.length > 1 && part.split(/\s+/).length <= 3 && !/mode|search|chart|streak|login/i.test(part),
    );
  const fields = labels.flatMap((label) => fieldOf(label) ?? []).slice(0, 8);
  return fields.length >= 2 ? fields : undefined;
}

const LONGEST_LABEL = 26;

export function fieldOf(label: string): Field | undefined {
  const name = identifier(label);
  if (!name || label.length > LONGEST_LABEL) return undefined;
  return { name, label: capital(label.trim()), type: guessType(label) };
}

/** No two fields of one name, and the first one something a thing can be called by. */
function distinct(entity: Entity): Entity {
  const fields = entity.fields.filter(
    (field, position, all) => all.findIndex((other) => other.name === field.name) === position,
  );
  const naming = fields.findIndex((field) => field.type !== 'yes or no' && field.type !== 'long text');
  const first = fields[Math.max(naming, 0)];
  const singular = entity.singular === entity.plural ? `${entity.singular}Item` : entity.singular;
  return {
    ...entity,
    singular,
    fields: first ? [first, ...fields.filter((field) => field !== first)] : fields,
  };
}

export function pluralOf(thing: string): string {
  if (/(s|music|furniture|equipment|wine list)$/.test(thing)) return thing;
  if (/[^aeiou]y$/.test(thing)) return `${thing.slice(0, -1)}ies`;
  return /(x|z|ch|sh)$/.test(thing) ? `${thing}es` : `${thing}s`;
}

export function singularOf(thing: string): string {
  if (/[^aeiou]ies$/.test(thing) && !/(movies|cookies)$/.test(thing)) return `${thing.slice(0, -3)}y`;
  if (/(xes|zes|ches|shes|sses)$/.test(thing)) return thing.slice(0, -2);
  return /[^s]s$/.test(thing) && !/(series|species|news)$/.test(thing) ? thing.slice(0, -1) : thing;
}
