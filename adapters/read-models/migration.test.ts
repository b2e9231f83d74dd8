import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rightOf } from '../../domain/testing/outcome.ts';
import { openSqliteFile } from '../sqlite-file/open-file.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import { openSqliteReadModels } from './sqlite.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-views-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('views of before there was a catalogue go on serving, from where they are', async () => {
  const file = join(dir, 'views.db');
  const before = rightOf(
    openSqliteFile({
      file,
      what: 'read models',
      applicationId: APPLICATION_ID,
      migrations: MIGRATIONS.slice(0, 1),
      busyTimeoutMs: 1_000,
    }),
  );
  before.exec(`
    INSERT INTO checkpoints VALUES ('session_view_v1', '42');
    INSERT INTO rows VALUES ('session_view_v1', 's1', '{"slug":"s1"}');
    INSERT INTO lookups VALUES ('session_view_v1', 'slug', 's1', 's1')`);
  before.close();

  const readModels = openSqliteReadModels({ file });
  expect(await readModels.tables('session_view')).toEqual([
    {
      name: 'session_view_v1',
      projection: 'session_view',
      version: 1,
      generation: 1,
      role: 'serving',
      pinned: false,
    },
  ]);
  expect(await readModels.checkpoint('session_view_v1')).toBe('42');
  expect(await readModels.find('session_view_v1', 'slug', 's1')).toEqual([{ slug: 's1' }]);
  await readModels.close();
});
