import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Where a template that one test has baked is kept for the next. `MK0R_TEST_SHARED` names the directory of a whole
 * test run; without it, one beside the installed packages serves every run. A template is named by the hash of what
 * went into it, so an old one is never taken for a new one.
 */
const sharedTemplates = (): string =>
  join(
    process.env.MK0R_TEST_SHARED ?? join(import.meta.dirname, '../../node_modules/.cache/mk0r-test'),
    'templates',
  );

/** Installed by the first test that wants one, used by all: 400 MB, which no server writes to. */
export const borrowAgents = (dataDir: string): void => {
  const shared = join(sharedTemplates(), '../agents');
  mkdirSync(shared, { recursive: true });
  symlinkSync(shared, join(dataDir, 'agents'));
};

/** A template nobody has used for so long belongs to an earlier version of the sandbox. */
const STALE_MS = 24 * 60 * 60_000;

/** Links instead of copies: a template has ten thousand files, and none of them is ever edited in place. */
const linkTree = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
};

const finished = (templates: string): readonly string[] =>
  existsSync(templates)
    ? readdirSync(templates).filter((hash) => existsSync(join(templates, hash, 'manifest.json')))
    : [];

/** One for each isolation tier tests use; to link those of earlier versions too would take seconds. */
const LENT_AT_MOST = 2;

/** Puts the templates tests have baked last into a data directory no server has used yet. */
export const borrowTemplates = (dataDir: string): void => {
  const shared = sharedTemplates();
  const bakedAt = (hash: string): number => statSync(join(shared, hash, 'manifest.json')).mtimeMs;
  const latest = finished(shared).toSorted((a, b) => bakedAt(b) - bakedAt(a));
  for (const hash of latest.slice(0, LENT_AT_MOST)) {
    utimesSync(join(shared, hash), new Date(), new Date());
    linkTree(join(shared, hash), join(dataDir, 'templates', hash));
  }
};

/** Of two tests that have baked the same, one is first; the other's is thrown away. */
const publish = (draft: string, target: string): void => {
  try {
    renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
};

/** Keeps what a server has baked: one template per tier of isolation. What earlier versions left behind goes. */
export const lendTemplates = (dataDir: string): void => {
  const [mine, shared] = [join(dataDir, 'templates'), sharedTemplates()];
  const fresh = finished(mine).filter((hash) => !existsSync(join(shared, hash)));
  if (fresh.length === 0) return;
  mkdirSync(shared, { recursive: true });
  for (const entry of readdirSync(shared)) {
    const path = join(shared, entry);
    const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - usedAt > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
  for (const hash of fresh) {
    const draft = mkdtempSync(join(shared, '.draft-'));
    linkTree(join(mine, hash), join(draft, hash));
    rmSync(join(draft, hash, 'held-by'), { recursive: true, force: true });
    publish(join(draft, hash), join(shared, hash));
    rmSync(draft, { recursive: true, force: true });
  }
};
