import { imports, lines, literal, snake } from '../../compose/text.ts';
import type { Entity, Field, PartOf } from '../../spec.ts';
import { foreignKey, namesOf } from './names.ts';

/** `server/routes/<plural>.ts`: list, one, create, change, delete, and what the list can do besides. */
export function routesTs({ entity, features, order }: PartOf<'collection'>): string {
  const { plural, type, one } = namesOf(entity);
  const has = (feature: (typeof features)[number]) => features.includes(feature);
  const conditions = [
    has('search') && `matching(${plural}.search, c.req.query('q'))`,
    entity.belongsTo && `belongsTo && eq(${plural}.${foreignKey(entity.belongsTo)}, belongsTo)`,
  ].filter(Boolean);
  const columns = has('search') ? 'columns' : '';
  const where = conditions.length > 0 ? '.where(wanted)' : '';
  const drizzle = [
    'eq',
    ...(order.by === 'added' ? [order.descending ? 'desc' : 'asc'] : ['desc', 'sql']),
    ...(conditions.length > 1 ? ['and'] : []),
    ...(has('search') ? ['getTableColumns'] : []),
  ];
  return `${imports([
    { from: 'drizzle-orm', names: [...new Set(drizzle)] },
    { from: 'hono', names: ['Hono'] },
    { from: 'hono/http-exception', names: ['HTTPException'] },
    { from: 'zod', names: ['z'] },
    { from: `../../shared/${plural}.ts`, names: [`New${type}`] },
    has('csv') && { from: '../csv.ts', names: ['csv'] },
    { from: '../db.ts', names: ['db'] },
    has('search') && { from: '../search.ts', names: ['matching'] },
    { from: `../tables/${plural}.ts`, names: [plural] },
    has('tell owner') && { from: '../tell-owner.ts', names: ['tellOwner'] },
  ])}

const Id = z.uuid('That is not a ${one}.');
const MOST = 1000;
${lines(
  `const order = ${orderSql(plural, entity.fields, order)};`,
  has('search') && `// What a page reads: everything but the words prepared for the search.`,
  has('search') && `const { search: _, ...columns } = getTableColumns(${plural});`,
)}
${has('csv') ? `\n${headings(entity)}\n` : ''}
export const ${plural}Routes = new Hono()
  .get('/', async (c) => {
${lines(
  entity.belongsTo && `    const belongsTo = Id.optional().parse(c.req.query('in'));`,
  conditions.length > 0 && wanted(conditions as string[]),
  `    const rows = db().select(${columns}).from(${plural})${where};`,
  '    return c.json(await rows.orderBy(...order).limit(MOST));',
)}
  })${has('csv') ? exportRoute(plural, columns) : ''}
  .get('/:id', async (c) => {
    const chosen = eq(${plural}.id, Id.parse(c.req.param('id')));
    const [found] = await db().select(${columns}).from(${plural}).where(chosen);
    if (!found) throw new HTTPException(404, { message: 'That ${one} is gone.' });
    return c.json(found);
  })
  .post('/', async (c) => {
    const values = New${type}.parse(await c.req.json());
    const [created] = await db().insert(${plural}).values(values).returning();
${has('tell owner') ? `    if (created) await tellOwner('New ${one}', values, \`${snake(plural)}-\${created.id}\`);\n` : ''}    return c.json(created, 201);
  })
  .patch('/:id', async (c) => {
    const chosen = eq(${plural}.id, Id.parse(c.req.param('id')));
    const values = New${type}.partial().parse(await c.req.json());
    const [changed] = await db().update(${plural}).set(values).where(chosen).returning();
    if (!changed) throw new HTTPException(404, { message: 'That ${one} is gone.' });
    return c.json(changed);
  })
  .delete('/:id', async (c) => {
    const chosen = eq(${plural}.id, Id.parse(c.req.param('id')));
    await db().delete(${plural}).where(chosen);
    return c.json({ ok: true });
  });
`;
}

function wanted(conditions: readonly string[]): string {
  const [only = ''] = conditions;
  if (conditions.length === 1) {
    return only.startsWith('belongsTo')
      ? `    const wanted = ${only.replace(' && ', ' ? ')} : undefined;`
      : `    const wanted = ${only};`;
  }
  const [search = '', parent = ''] = conditions;
  return `    const parent = ${parent.replace(' && ', ' ? ')} : undefined;
    const wanted = and(${search}, parent);`;
}

function orderSql(
  plural: string,
  fields: readonly Field[],
  { by, descending }: PartOf<'collection'>['order'],
): string {
  const field = fields.find(({ name }) => name === by);
  if (!field) return `[${descending ? 'desc' : 'asc'}(${plural}.createdAt)]`;
  const column = `\${${plural}.${by}}`;
  const what = field.type === 'text' ? `lower(${column})` : column;
  return `[sql\`${what} ${descending ? 'desc' : 'asc'} nulls last\`, desc(${plural}.createdAt)]`;
}

const headings = ({ fields }: Entity): string => `const HEADINGS = {
${fields.map(({ name, label }) => `  ${name}: ${literal(label)},`).join('\n')}
  createdAt: 'Added',
};`;

const exportRoute = (plural: string, columns: string): string => `
  .get('/export.csv', async (c) => {
    const rows = db().select(${columns}).from(${plural});
    return c.body(csv(HEADINGS, await rows.orderBy(...order)), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="${snake(plural).replaceAll('_', '-')}.csv"',
    });
  })`;
