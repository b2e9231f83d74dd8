import { execFileSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findOnDisk } from './on-the-disk.ts';

const CANARY = 'canary+of/the&mine=';
const bytes = Buffer.from(CANARY);

/** A search that finds nothing has to be one that would have. */
describe('the search of a data directory', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'mk0r-scanner-'));
    mkdirSync(join(dir, 'templates'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const search = () => findOnDisk(dir, { canary: CANARY });
  const fresh = (name: string): string => {
    for (const old of ['sink']) rmSync(join(dir, old), { recursive: true, force: true });
    mkdirSync(join(dir, 'sink'));
    return join(dir, 'sink', name);
  };

  it.each([
    ['plain', CANARY],
    ['for a URL', encodeURIComponent(CANARY)],
    ['in hex', bytes.toString('hex')],
    ['in base64', Buffer.from(`user:${CANARY}`).toString('base64')],
    ['in base64 for URLs', bytes.toString('base64url')],
    ['in JSON', JSON.stringify({ key: CANARY })],
    ['zipped', gzipSync(`before ${CANARY} after`)],
  ])('finds a canary %s in a file deep below', async (_, content) => {
    mkdirSync(join(fresh('a'), 'b'), { recursive: true });
    writeFileSync(join(dir, 'sink', 'a', 'b', 'file'), content);
    expect((await search()).length).toBeGreaterThan(0);
  });

  it('finds one in the name of a file', async () => {
    writeFileSync(fresh(bytes.toString('hex')), '');
    expect(await search()).toHaveLength(1);
  });

  it.each(['loose', 'packed'])('finds one in a %s object of a repository', async (how) => {
    const repository = fresh('app.git');
    const git = (args: readonly string[], input = '') =>
      execFileSync('git', ['--git-dir', repository, ...args], input === '' ? {} : { input });
    execFileSync('git', ['init', '--quiet', '--bare', repository]);
    const blob = String(git(['hash-object', '-w', '--stdin'], CANARY)).trim();
    expect((await search()).length).toBeGreaterThan(0);
    if (how === 'loose') return;
    git(['update-ref', 'refs/tags/kept', blob]);
    git(['gc', '--quiet', '--prune=now']);
    expect(await search()).toEqual([expect.stringContaining('all objects')]);
  });

  it('finds one in a page that a database has freed, and in its write-ahead log', async () => {
    const db = new DatabaseSync(fresh('views.db'));
    db.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = OFF; CREATE TABLE t (text TEXT)');
    db.prepare('INSERT INTO t VALUES (?)').run(`${CANARY}${'x'.repeat(9_000)}`);
    expect(await search()).toContain('canary in sink/views.db-wal');
    db.exec('DELETE FROM t');
    db.close();
    expect(await search()).toEqual(['canary in sink/views.db']);
  });

  it('passes over what a sandbox shares with its template, and over nothing else', async () => {
    const shared = join(dir, 'templates', 'index.html');
    writeFileSync(shared, CANARY);
    linkSync(shared, fresh('shared.html'));
    expect(await search()).toEqual([]);
    cpSync(shared, join(dir, 'sink', 'copied.html'));
    expect(await search()).toEqual(['canary in sink/copied.html']);
    rmSync(shared);
  });
});
