import { z } from 'zod';

/** What a value of an entity is, as a person would say it; decides column, input and display. */
export const FieldType = z.enum([
  'text',
  'long text',
  'whole number',
  'number',
  'date',
  'yes or no',
  'link',
  'email',
]);
export type FieldType = z.infer<typeof FieldType>;

/** Names become identifiers in generated code: nothing but letters and digits ever gets there. */
const Identifier = z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/);
const Label = z.string().trim().min(1).max(60);

export const Field = z.object({ name: Identifier, label: Label, type: FieldType });
export type Field = z.infer<typeof Field>;

export const Entity = z.object({
  /** camelCase plural, e.g. `recipes`: table, route and folder. */
  plural: Identifier,
  singular: Identifier,
  /** The first field is the thing's name and the only required one. */
  fields: z.array(Field).min(1).max(12),
});
export type Entity = z.infer<typeof Entity>;

export const Part = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('habits') }),
  z.object({ kind: z.literal('waitlist'), owner: z.email().max(254).optional() }),
  z.object({ kind: z.literal('collection'), entity: Entity }),
]);
export type Part = z.infer<typeof Part>;

export const Theme = z.enum(['system', 'dark', 'light']);
export const Accent = z.string().regex(/^#[0-9a-f]{6}$/);

/**
 * What an app is made of. Kept as `app.json` in the app itself, so that it is undone and redone with the code.
 * A turn changes the spec; the files follow from it.
 */
export const AppSpec = z.object({
  title: z.string().trim().min(1).max(60),
  tagline: z.string().trim().max(160),
  accent: Accent,
  theme: Theme,
  parts: z.array(Part).min(1).max(6),
});
export type AppSpec = z.infer<typeof AppSpec>;

/** The part's name in files, routes and tabs; unique within an app. */
export function partId(part: Part): string {
  if (part.kind === 'collection') return part.entity.plural;
  return part.kind === 'waitlist' ? 'signups' : 'habits';
}
