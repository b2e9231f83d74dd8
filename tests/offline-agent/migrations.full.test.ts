import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withRig } from './rig.ts';

/** Code goes back and forth through git, as undo and redo do it; the database only goes forward. */
describe('the migrations of an app', () => {
  const rig = withRig();
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    return (await promisify(execFile)('git', [...identity, ...args], { cwd: rig.app.cwd })).stdout.trim();
  };
  const commit = async () => {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'turn');
    return git('rev-parse', 'HEAD');
  };
  const turn = async (prompt: string) => {
    const told = await rig.tell(prompt);
    expect([...told.tools].filter(([, status]) => status !== 'completed')).toEqual([]);
    return commit();
  };
  const goTo = (sha: string) => git('reset', '--quiet', '--hard', sha);
  const applied = async () =>
    (await rig.services.sql('select count(*)::int as n from drizzle.__drizzle_migrations'))[0]?.n;

  let start: string;
  let trips: string;
  let rated: string;

  it('are files in git, one for each change, each applied once', async () => {
    await git('init', '--quiet');
    start = await commit();
    trips = await turn('a list of trips with a place and notes');
    rated = await turn('add a rating field');
    expect(await git('ls-files', 'drizzle')).toContain('drizzle/0001_add_rating_field.sql');
    const lisbon = { place: 'Lisbon', notes: null, rating: 5 };
    expect((await rig.call('POST', '/trips', lisbon)).status).toBe(201);
    await turn('make it green');
    expect(await applied()).toBe(2);
  });

  it('bear an undo followed by another change', async () => {
    await goTo(trips);
    const noted = { place: 'Porto', notes: 'by train' };
    expect((await rig.call('POST', '/trips', noted)).status).toBe(201);
    await turn('add a price field');
    const costly = { place: 'Faro', notes: null, price: 99.5 };
    expect((await rig.call('POST', '/trips', costly)).status).toBe(201);
    expect(await rig.services.sql('select place, rating, price from trips order by place')).toEqual([
      { place: 'Faro', rating: null, price: '99.50' },
      { place: 'Lisbon', rating: 5, price: null },
      { place: 'Porto', rating: null, price: null },
    ]);
  });

  it('bear the redo, and the same change made again', async () => {
    await goTo(rated);
    expect((await rig.call('GET', '/trips')).body).toHaveLength(3);
    await goTo(trips);
    await turn('add a rating field');
    const [first] = (await rig.call('GET', '/trips')).body as { place: string; rating: number | null }[];
    expect(first).toHaveProperty('rating');
    expect(await rig.services.sql('select rating from trips where rating is not null')).toEqual([
      { rating: 5 },
    ]);
  });

  it('move a column of another type aside, with what is in it', async () => {
    await goTo(trips);
    await turn('add a rating field (poor, fine, great)');
    const madeira = { place: 'Madeira', notes: null, rating: 'Great' };
    expect((await rig.call('POST', '/trips', madeira)).status).toBe(201);
    expect(
      await rig.services.sql('select rating_integer from trips where rating_integer is not null'),
    ).toEqual([{ rating_integer: 5 }]);
  });

  it('adopt a table that an undone app left, rows included', async () => {
    await goTo(start);
    await turn('a list of trips with a title, a day and a link');
    const walk = { title: 'Walk', day: null, link: null };
    expect((await rig.call('POST', '/trips', walk)).status).toBe(201);
    expect(await rig.services.sql('select count(*)::int as n from trips')).toEqual([{ n: 5 }]);
    // The place was required before; a list that knows none may be added to all the same.
    expect(await rig.services.sql("select place from trips where title = 'Walk'")).toEqual([{ place: null }]);
  });

  it('make the same database from nothing, elsewhere', async () => {
    await turn('add search');
    await turn('add a tags field');
    const columns = `select column_name as name from information_schema.columns where table_name = 'trips'`;
    await rig.services.sql('drop schema public cascade; drop schema drizzle cascade; create schema public');
    expect(await rig.app.node('scripts/db-migrate.mjs')).toEqual({
      exitCode: 0,
      output: 'Applied 3 new migrations.\n',
    });
    expect((await rig.services.sql(columns)).map(({ name }) => name).sort()).toEqual(
      ['id', 'title', 'day', 'link', 'tags', 'search', 'created_at'].sort(),
    );
    expect(
      await rig.services.sql("select indexname from pg_indexes where indexname = 'trips_search'"),
    ).toHaveLength(1);
    expect((await rig.app.node('scripts/db-migrate.mjs')).output).toContain('Applied 0 new migrations.');
  });
});
