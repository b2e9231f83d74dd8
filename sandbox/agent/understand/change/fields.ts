import type { AppSpec, Field, Part, PartOf } from '../../spec.ts';
import { inOrder, usualFeatures } from '../features.ts';
import { fieldOf, fieldsIn, isFeatureWord } from '../fields.ts';
import { notYet } from '../not-yet.ts';
import { type Outcome, oneOf, replaced, targetOfField } from './target.ts';

const EACH = String.raw`(?:to|for|on|in)\s+(?:each|every|all|the|my|our|it|them)\b.*`;
const ADD = new RegExp(
  String.raw`\b(?:add|include|also\s+(?:add|store|track|record|save)|store|track|record|put|insert|want|need|have|give\s+(?:each|every|the|my|them)(?:\s+[\p{L}]+)?)\s+(?<what>.+?)(?:\s+${EACH})?\s*$`,
  'iu',
);
const ONE_FIELD = /\b(?:field|column|input|property|checkbox|dropdown)s?\b/iu;

/** `add a notes field`, `add a due date and tags to each task`. Stored rows keep what they have: no new field is required. */
export function addFields(text: string, spec: AppSpec): Outcome | undefined {
  const what = ADD.exec(text.replace(/[.!?]+$/u, ''))?.groups?.what;
  if (!what || !/\badd|include|give|also|\bfield|\bcolumn/iu.test(text)) return undefined;
  if (isFeatureWord(what) && !ONE_FIELD.test(what)) return undefined;
  if (
    /\b(?:list|tracker|waitlist|book|journal|diary|notebook|form|dashboard)\b/iu.test(what) &&
    !ONE_FIELD.test(what)
  )
    return undefined;
  const wanted =
    ONE_FIELD.test(what) && !/,|\band\b/iu.test(what.replace(/\([^)]*\)/gu, '')) ? one(what) : fieldsIn(what);
  const beyond = notYet(what);
  if (beyond.length > 0) return { cannot: `I do not know how yet: ${beyond.join(', ')}` };
  if (wanted.length === 0 || wanted.length > 6) return undefined;
  const part = targetOfField(spec, text);
  if (!part) return { cannot: 'there is no list here that could have another field' };
  const there = fieldsOf(part);
  const fresh = wanted.filter((field) => !there.some(({ name }) => name === field.name));
  const [first] = wanted;
  if (fresh.length === 0) return { already: `the field “${first?.label}”` };
  const next = withFields(part, fresh);
  const names = fresh.map(({ label, type }) => `“${label}” (${type})`).join(' and ');
  return { spec: replaced(spec, part, next), done: `every ${oneOf(part)} has a field ${names}` };
}

const one = (what: string): Field[] => {
  const field = fieldOf(what);
  return field ? [field] : [];
};

const fieldsOf = (part: Part): readonly Field[] => {
  if (part.kind === 'collection') return part.entity.fields;
  if (part.kind === 'form') return [...part.fields, ...BUILT_IN[part.look]];
  return part.kind === 'habits' ? [...part.fields, ...BUILT_IN.habits] : [];
};

const builtIn = (...names: string[]): Field[] => names.map((name) => ({ name, label: name, type: 'text' }));
const BUILT_IN = {
  habits: builtIn('name', 'days', 'streak'),
  waitlist: builtIn('email'),
  pricing: builtIn('email', 'plan'),
  booking: builtIn('name', 'email', 'day', 'time'),
  contact: builtIn('name', 'email', 'message'),
};

type Fielded = PartOf<'collection'> | PartOf<'habits'> | PartOf<'form'>;

/** A field that was there once has its column still: it comes back with its values, whatever it is now called. */
function withFields(part: Fielded, fresh: readonly Field[]): Part {
  const rest = (retired: readonly Field[]) =>
    retired.filter((field) => !fresh.some(({ name }) => name === field.name));
  if (part.kind !== 'collection')
    return { ...part, fields: [...part.fields, ...fresh], retired: rest(part.retired) };
  const entity = {
    ...part.entity,
    fields: [...part.entity.fields, ...fresh],
    retired: rest(part.entity.retired),
  };
  return { ...part, entity, features: inOrder([...part.features, ...usualFeatures(entity)]) };
}

const REMOVE =
  /\b(?:remove|delete|drop|hide|lose|get\s+rid\s+of|take\s+out)\s+(?:the\s+|my\s+|its\s+)?["“']?(?<what>[\p{L}\p{N} ()-]{2,30}?)["”']?(?:\s+(?:field|column|input))?(?:\s+(?:from|in|of)\s+.*)?\s*[.!]?\s*$/iu;

/** `remove the notes field`: it leaves the page, and its column stays with what is in it. */
export function removeField(text: string, spec: AppSpec): Outcome | undefined {
  const what = REMOVE.exec(text)?.groups?.what;
  const field = what ? fieldOf(what) : undefined;
  if (!field) return undefined;
  const part = spec.parts.findLast((each) => ownFields(each).some(({ name }) => name === field.name));
  if (!part || (part.kind !== 'collection' && part.kind !== 'habits' && part.kind !== 'form')) {
    return /\b(?:field|column)\b/iu.test(text) ? { cannot: `there is no field “${field.label}”` } : undefined;
  }
  const own = ownFields(part);
  const gone = own.find(({ name }) => name === field.name);
  if (!gone) return undefined;
  if (part.kind === 'collection' && own[0]?.name === gone.name)
    return { cannot: `“${gone.label}” is what each ${oneOf(part)} is called by, so it stays` };
  const left = own.filter(({ name }) => name !== gone.name);
  const next: Part =
    part.kind === 'collection'
      ? withoutField(part, left, gone)
      : { ...part, fields: left, retired: [...part.retired, gone] };
  return {
    spec: replaced(spec, part, next),
    done: `“${gone.label}” is gone from the page; its column stays in the database with what is in it, and comes back if you add it again`,
  };
}

const ownFields = (part: Part): readonly Field[] => {
  if (part.kind === 'collection') return part.entity.fields;
  return part.kind === 'habits' || part.kind === 'form' ? part.fields : [];
};

function withoutField(part: PartOf<'collection'>, left: Field[], gone: Field): Part {
  const order = part.order.by === gone.name ? { by: 'added', descending: true } : part.order;
  return {
    ...part,
    order,
    entity: { ...part.entity, fields: left, retired: [...part.entity.retired, gone] },
  };
}

const RENAME =
  /\b(?:rename|call)\s+(?:the\s+)?["“']?(?<from>[\p{L}\p{N} ()-]{2,30}?)["”']?\s+(?:field|column)\s+(?:to|as|into)?\s*["“']?(?<to>[\p{L}\p{N} ()/-]{2,26}?)["”']?\s*[.!]?\s*$/iu;

/** `rename the minutes field to duration`: what people read changes, the column does not, so nothing can be lost. */
export function renameField(text: string, spec: AppSpec): Outcome | undefined {
  const { from, to } = RENAME.exec(text)?.groups ?? {};
  const [old, wanted] = [from && fieldOf(from), to && fieldOf(to)];
  if (!old || !wanted) return undefined;
  const part = spec.parts.findLast((each) => ownFields(each).some(({ name }) => name === old.name));
  if (!part || part.kind === 'dashboard' || part.kind === 'page')
    return { cannot: `there is no field “${old.label}”` };
  const relabelled = ownFields(part).map((field) =>
    field.name === old.name ? { ...field, label: wanted.label } : field,
  );
  const next: Part =
    part.kind === 'collection'
      ? { ...part, entity: { ...part.entity, fields: relabelled } }
      : { ...part, fields: relabelled };
  return { spec: replaced(spec, part, next), done: `“${old.label}” is called “${wanted.label}” now` };
}
