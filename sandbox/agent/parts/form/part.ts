import type { BuiltPart } from '../../compose/built-part.ts';
import { staticFiles } from '../../compose/static-files.ts';
import { capital, element, imports, lines, literal, snake } from '../../compose/text.ts';
import type { Field, PartOf } from '../../spec.ts';
import { fieldComponents } from '../collection/facts.ts';
import { input, inputImports, readers } from '../collection/inputs.ts';
import { optionsOf, rule } from '../collection/shared.ts';
import { column, columnTypes, retiredColumns } from '../collection/table.ts';
import { LOOKS, type Look } from './looks.ts';

/** A page that strangers fill in: each time is a row, the owner is told, and nobody else reads it. */
export function formPart(part: PartOf<'form'>): BuiltPart {
  const look = LOOKS[part.look];
  const { plural, singular } = look;
  const type = capital(singular);
  const feature = `src/features/${plural}`;
  const used = new Set([
    'src/lib/form.ts',
    ...fieldComponents(part.fields)
      .filter((name) => name.endsWith('Input'))
      .map((name) => `src/components/${name}.tsx`),
  ]);
  return {
    id: plural,
    label: look.label,
    screen: `${capital(plural)}Screen`,
    tables: [plural],
    probe: `/api/${plural}`,
    files: new Map([
      [`server/tables/${plural}.ts`, tableTs(look, part)],
      [`shared/${plural}.ts`, sharedTs(look, part)],
      [`server/routes/${plural}.ts`, routesTs(look, part)],
      ...staticFiles('collection', used),
      ...staticFiles('form'),
      ...staticFiles('mail'),
      ...staticFiles(part.look),
      [`${feature}/${type}Form.tsx`, formTsx(look, part)],
    ]),
  };
}

function tableTs({ plural, fields, unique }: Look, { fields: more, retired }: PartOf<'form'>): string {
  const several = unique.length > 1;
  const pad = several ? '    ' : '  ';
  const required = (field: Field) =>
    `${pad}${column(field, true)}${unique.length === 1 && unique.includes(field.name) ? '.unique()' : ''},`;
  const used = ['pgTable', 'timestamp', 'uuid', ...columnTypes([...fields, ...more, ...retired])];
  return `${imports([
    {
      from: 'drizzle-orm/pg-core',
      names: [...new Set([...used, ...(several ? ['uniqueIndex'] : [])])],
    },
  ])}

export const ${plural} = pgTable(${several ? '\n  ' : ''}'${plural}',${several ? '\n  ' : ' '}{
${lines(
  `${pad}id: uuid().primaryKey().defaultRandom(),`,
  ...fields.map(required),
  ...more.map((field) => `${pad}${column(field, false)},`),
  retired.length > 0 && retiredColumns(pad, retired),
  `${pad}createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),`,
  `${pad}/** When the owner was told; empty while the mail has not gone out. */`,
  `${pad}notifiedAt: timestamp('notified_at', { withTimezone: true }),`,
)}
${
  several
    ? `  },
  (table) => [uniqueIndex('${plural}_${unique.map(snake).join('_')}').on(${unique.map((name) => `table.${name}`).join(', ')})],
);`
    : '});'
}
`;
}

/** Lower case, so that one person signs up once. */
const EMAIL_RULE = `z
    .string()
    .trim()
    .toLowerCase()
    .max(254, 'That address is too long.')
    .pipe(z.email('That does not look like an email address.'))`;

function sharedTs({ singular, fields }: Look, { fields: more }: PartOf<'form'>): string {
  const type = capital(singular);
  const ruleOf = (field: Field) => (field.type === 'email' ? EMAIL_RULE : rule(field, true));
  return `import { z } from 'zod';
${optionsOf(more)}
export const New${type} = z.object({
${lines(
  ...fields.map((field) => `  ${field.name}: ${ruleOf(field)},`),
  ...more.map((field) => `  ${field.name}: ${rule(field, false)}.optional(),`),
)}
});

export type New${type} = z.infer<typeof New${type}>;
`;
}

function routesTs(look: Look, { welcome, look: kind }: PartOf<'form'>): string {
  const { plural, singular, event, statuses } = look;
  const type = capital(singular);
  const [fresh, again] = statuses;
  const isBooking = kind === 'booking';
  const conflict = again !== undefined || isBooking ? '.onConflictDoNothing()' : '';
  return `${imports([
    { from: 'drizzle-orm', names: isBooking ? ['eq', 'gte'] : ['count', 'eq'] },
    { from: 'hono', names: ['Hono'] },
    isBooking && { from: 'hono/http-exception', names: ['HTTPException'] },
    isBooking && { from: 'zod', names: ['z'] },
    { from: `../../shared/${plural}.ts`, names: [`New${type}`] },
    isBooking && { from: '../../shared/slots.ts', names: ['isSlot'] },
    { from: '../analytics.ts', names: ['track'] },
    { from: '../db.ts', names: ['db'] },
    { from: '../mail.ts', names: welcome ? ['addContact', 'sendMail'] : ['addContact'] },
    { from: `../tables/${plural}.ts`, names: [plural] },
    { from: '../tell-owner.ts', names: ['tellOwner'] },
  ])}

type ${type} = typeof ${plural}.$inferSelect;

export const ${plural}Routes = new Hono()
${isBooking ? TAKEN : counted(plural)}
  .post('/', async (c) => {
    const values = New${type}.parse(await c.req.json());
${isBooking ? `    if (!isSlot(values)) throw new HTTPException(400, { message: 'That time cannot be booked.' });\n` : ''}    const [created] = await db().insert(${plural}).values(values)${conflict}.returning();
${
  isBooking
    ? `    if (!created) throw new HTTPException(409, { message: 'That time has just been taken.' });
    await announce(created);
    return c.json({ status: '${fresh}' }, 201);`
    : again
      ? `    if (created) await announce(created);
    return c.json({ status: created ? '${fresh}' : '${again}' }, created ? 201 : 200);`
      : `    if (created) await announce(created);
    return c.json({ status: '${fresh}' }, 201);`
}
  });

/** Tells everyone concerned. It is stored by now: a mail that fails is logged and loses nothing. */
async function announce({ id, createdAt, ...values }: ${type}): Promise<void> {
  track('${event}', id);
  const text = ${words(look.text)};
  const subject = ${words(look.subject)};
  const isTold = await tellOwner(subject, text, \`${singular}-\${id}\`);
  if (isTold) await db().update(${plural}).set({ notifiedAt: new Date() }).where(eq(${plural}.id, id));
${
  welcome
    ? `  const others = await Promise.allSettled([
    addContact(values.email),
    sendMail(
      {
        to: values.email,
        subject: ${words(look.welcomeSubject)},
        text: ${words(look.welcomeText)},
      },
      \`welcome-\${id}\`,
    ),
  ]);
`
    : '  const others = await Promise.allSettled([addContact(values.email)]);\n'
}  for (const result of others) {
    if (result.status === 'rejected') console.error('stored, but:', result.reason.message);
  }
}
`;
}

/** Words with values in braces, as an expression in code. */
const words = (text: string): string =>
  text.includes('{') ? `\`${text.replaceAll('{', '$' + '{').replaceAll('\n', '\\n')}\`` : literal(text);

const counted = (plural: string): string => `  // How many, never who: this page is public.
  .get('/', async (c) => {
    const [row] = await db().select({ count: count() }).from(${plural});
    return c.json({ count: row?.count ?? 0 });
  })`;

const TAKEN = `  // What is taken, never by whom: this page is public.
  .get('/', async (c) => {
    const from = z.iso.date().parse(c.req.query('from') ?? new Date().toISOString().slice(0, 10));
    const taken = { day: bookings.day, time: bookings.time };
    return c.json(await db().select(taken).from(bookings).where(gte(bookings.day, from)));
  })`;

/** The inputs; a plan or a time is chosen beside them, and comes as `chosen`. */
function formTsx(look: Look, { fields: more, look: kind }: PartOf<'form'>): string {
  const { plural, singular, button } = look;
  const type = capital(singular);
  const typed = look.fields.filter(({ name }) => !CHOSEN[kind].includes(name));
  const chosen = CHOSEN[kind].length > 0;
  const inputs = [...typed, ...more];
  return `${imports([
    { from: 'react', names: 'type { FormEvent }' },
    ...inputImports(inputs, '../..', `../../../shared/${plural}.ts`, [`New${type}`]),
  ])}

type Props = {
${chosen ? `  /** What was chosen beside the form. */\n  chosen: Pick<New${type}, ${CHOSEN[kind].map((name) => `'${name}'`).join(' | ')}>;\n` : ''}  busy: boolean;
  onSend: (values: New${type}) => void;
};

export function ${type}Form({ ${chosen ? 'chosen, ' : ''}busy, onSend }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSend({
${lines(
  chosen && '      ...chosen,',
  ...typed.map(({ name }) => `      ${name}: textOf(form, '${name}') ?? '',`),
  readers(6, more, false),
)}
    });
  };

  return (
    <form onSubmit={submit} className="grid gap-4 text-left">
${lines(...typed.map((field) => requiredInput(field)), ...more.map((field) => input(6, field, false, {})))}
      <button type="submit" className="button" disabled={busy}>
        ${button}
      </button>
    </form>
  );
}
`;
}

const CHOSEN: Readonly<Record<PartOf<'form'>['look'], readonly string[]>> = {
  waitlist: [],
  contact: [],
  pricing: ['plan'],
  booking: ['day', 'time'],
};

/** What browsers fill in by themselves, and an example of it. */
const HINTS: Readonly<Record<string, readonly string[]>> = {
  email: ['type="email"', 'autoComplete="email"', 'placeholder="you@example.com"', 'maxLength={254}'],
  name: ['autoComplete="name"', 'maxLength={200}'],
  message: ['rows={5}', 'maxLength={10_000}'],
};

function requiredInput({ name, label, type }: Field): string {
  const attributes = ['className="field"', `name="${name}"`, ...(HINTS[name] ?? []), 'required'];
  return `      <label className="label">
        ${label}
${element(8, type === 'long text' ? 'textarea' : 'input', attributes)}
      </label>`;
}
