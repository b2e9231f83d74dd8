import { capital, words } from '../../compose/text.ts';
import type { AppSpec, Part, PartOf } from '../../spec.ts';
import { singularOf } from '../plural.ts';

/** What a clause does to an app; `done` says it in words, `already` that there was nothing to do, `cannot` why not. */
export type Changed = { readonly spec: AppSpec; readonly done: string };
export type Outcome = Changed | { readonly already: string } | { readonly cannot: string };

export const lists = (spec: AppSpec): PartOf<'collection'>[] =>
  spec.parts.filter((part) => part.kind === 'collection');

const nameOf = (part: Part): string =>
  part.kind === 'collection' ? words(part.entity.plural) : part.kind === 'habits' ? 'habits' : part.kind;

/** Whether a clause names this part: `sort the recipes`, `for each habit`. */
function isNamed(part: Part, text: string): boolean {
  const name = nameOf(part);
  return new RegExp(String.raw`\b(?:${name}|${singularOf(name)})\b`, 'iu').test(text);
}

/** The list that a clause is about: the one it names, else the newest. */
export function targetList(spec: AppSpec, text: string): PartOf<'collection'> | undefined {
  const all = lists(spec);
  return all.findLast((part) => isNamed(part, text)) ?? all.at(-1);
}

/** The part that gets a field: the one it names, else the newest list, else the newest that can have fields. */
export function targetOfField(
  spec: AppSpec,
  text: string,
): PartOf<'collection'> | PartOf<'habits'> | PartOf<'form'> | undefined {
  const able = spec.parts.filter(
    (part) => part.kind === 'collection' || part.kind === 'habits' || part.kind === 'form',
  );
  return able.findLast((part) => isNamed(part, text)) ?? lists(spec).at(-1) ?? able.at(-1);
}

export const replaced = (spec: AppSpec, old: Part, part: Part): AppSpec => ({
  ...spec,
  parts: spec.parts.map((each) => (each === old ? part : each)),
});

/** What each row of a part is called. */
export const oneOf = (part: Part): string => {
  if (part.kind === 'collection') return words(part.entity.singular);
  if (part.kind === 'habits') return 'habit';
  return 'entry';
};

export const labelOf = (part: Part): string => {
  if (part.kind === 'form')
    return {
      waitlist: 'the waitlist',
      pricing: 'the pricing page',
      booking: 'the booking form',
      contact: 'the contact form',
    }[part.look];
  if (part.kind === 'dashboard') return 'the charts of its events';
  if (part.kind === 'page') return `the page “${part.title}”`;
  return part.kind === 'habits' ? 'a habit tracker' : `a list of ${words(part.entity.plural)}`;
};

export const bigName = (part: PartOf<'collection'>): string => capital(words(part.entity.plural));
