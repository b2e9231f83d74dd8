import { z } from 'zod';

/** What a value of an entity is, as a person would say it; decides column, input and display. */
export const FieldType = z.enum([
  'text',
  'long text',
  'whole number',
  'number',
  'money',
  'rating',
  'date',
  'time',
  'yes or no',
  'choice',
  'tags',
  'link',
  'email',
  'phone',
]);
export type FieldType = z.infer<typeof FieldType>;

/** Names become identifiers in generated code: nothing but letters and digits ever gets there. */
const Identifier = z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/);
const Label = z.string().trim().min(1).max(60);

export const Field = z.object({
  name: Identifier,
  label: Label,
  type: FieldType,
  /** What a choice chooses from. */
  options: z.array(Label).min(2).max(8).optional(),
});
export type Field = z.infer<typeof Field>;

export const Entity = z.object({
  /** camelCase plural, e.g. `recipes`: table, route and folder. */
  plural: Identifier,
  singular: Identifier,
  /** The first field is the thing's name and the only required one. */
  fields: z.array(Field).min(1).max(14),
  /** Fields that left the page; their columns stay, with what is in them. */
  retired: z.array(Field).max(30).default([]),
  /** `plural` of the list whose things these belong to, e.g. `projects` for tasks. */
  belongsTo: Identifier.optional(),
});
export type Entity = z.infer<typeof Entity>;

export const ListFeature = z.enum(['search', 'sort', 'filter', 'chart', 'csv', 'streak', 'tell owner']);
export type ListFeature = z.infer<typeof ListFeature>;

/** `added` is when a thing was stored, else the name of a field. */
export const Order = z.object({ by: Identifier, descending: z.boolean() });
export type Order = z.infer<typeof Order>;

/** What visitors fill in, and nobody but the owner reads. */
export const FormLook = z.enum(['waitlist', 'pricing', 'booking', 'contact']);
export type FormLook = z.infer<typeof FormLook>;

export const Part = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('habits'),
    chart: z.boolean().default(false),
    newestFirst: z.boolean().default(false),
    fields: z.array(Field).max(6).default([]),
    retired: z.array(Field).max(30).default([]),
  }),
  z.object({
    kind: z.literal('form'),
    look: FormLook,
    /** A mail to whoever filled it in. */
    welcome: z.boolean().default(false),
    /** Besides those that every form of this look has. */
    fields: z.array(Field).max(8).default([]),
    retired: z.array(Field).max(30).default([]),
  }),
  z.object({
    kind: z.literal('collection'),
    entity: Entity,
    features: z.array(ListFeature).default([]),
    order: Order.default({ by: 'added', descending: true }),
  }),
  /** Charts of the app's own analytics events. */
  z.object({ kind: z.literal('dashboard') }),
  /** A page of words that its reader can edit. */
  z.object({ kind: z.literal('page'), name: Identifier, title: Label }),
]);
export type Part = z.infer<typeof Part>;
export type PartOf<Kind extends Part['kind']> = Extract<Part, { kind: Kind }>;

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
  /** A picture of the visitor's in `public/attachments`, at the top of every screen. */
  logo: z
    .string()
    .regex(/^[a-z0-9]{1,60}\.(?:png|jpg|webp|gif)$/)
    .optional(),
  /** Who is mailed; where it is missing, `OWNER_EMAIL` says so. */
  owner: z.email().max(254).optional(),
  /** Only people who prove an address by a link in a mail see and change the lists. */
  signIn: z.boolean().default(false),
  /** A mail to the owner each week, of what the week before brought. */
  weekly: z.boolean().default(false),
  /** Each tab that is opened is an event. */
  tracksTabs: z.boolean().default(false),
  parts: z.array(Part).min(1).max(7),
  /** Parts that left the app; their tables stay. */
  retired: z.array(Part).max(20).default([]),
});
export type AppSpec = z.infer<typeof AppSpec>;
/** As it is written down: what is left out has its default. */
export type AppSpecInput = z.input<typeof AppSpec>;

const FORM_IDS: Record<FormLook, string> = {
  waitlist: 'signups',
  pricing: 'signups',
  booking: 'bookings',
  contact: 'messages',
};

/** The part's name in files, routes and tabs; unique within an app. */
export function partId(part: Part): string {
  switch (part.kind) {
    case 'collection':
      return part.entity.plural;
    case 'form':
      return FORM_IDS[part.look];
    case 'page':
      return part.name;
    case 'habits':
      return 'habits';
    case 'dashboard':
      return 'activity';
  }
}
