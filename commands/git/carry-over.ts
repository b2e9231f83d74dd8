import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { QUICK_ROOT } from '../../domain/session/history.ts';
import { fromVault, runScript, type World } from '../effects/context.ts';
import type { Sandbox } from '../ports/sandboxes.ts';
import type { ProviderError } from '../ports/services.ts';
import { allKeptPages } from '../quick/kept-pages.ts';
import { commitId, PAGE_PATH, type PageCommit, ROOT_AT, ROOT_TITLE, signature } from './objects.ts';
import { CONFIGURED } from './setup.ts';
import { parseSha } from './sha.ts';

const IMPORT = `${CONFIGURED}
git fast-import --quiet --force
`;

/**
 * The app begins on top of the page's version: the template's files, and beside them the page to start from. Running it
 * again changes nothing; a page that is another one by now takes the place of the one before.
 */
const BEGIN = `${CONFIGURED}
if head="$(git rev-parse -q --verify HEAD)" && [ "$(git rev-parse -q --verify "$head^1")" = "$MK0R_PARENT" ]; then
  echo "$head"; exit 0
fi
rm -rf quick
if git cat-file -e "$MK0R_PARENT:${PAGE_PATH}" 2>/dev/null; then
  mkdir -p quick
  git show "$MK0R_PARENT:${PAGE_PATH}" > quick/${PAGE_PATH}
fi
git add -A
sha="$(git commit-tree "$(git write-tree)" -p "$MK0R_PARENT" -m "Start a full app from the quick page")"
git update-ref refs/heads/main "$sha"
git rev-parse HEAD
`;

/** Of what one command is handed at a time; the bridge takes four megabytes of JSON. */
const MAX_BATCH_CHARS = 1024 * 1024;

/** As `push.ts` keeps every commit; only by its ref does the import know one that it has just made. */
const REFS = 'refs/mk0r/commits/';

/** A commit as `git fast-import` reads it; its length counts bytes. */
const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

const ROOT = [
  `commit ${REFS}${QUICK_ROOT}`,
  `author ${signature(ROOT_AT)}`,
  `committer ${signature(ROOT_AT)}`,
  data(`${ROOT_TITLE}\n`),
].join('\n');

const imported = (page: PageCommit): string =>
  [
    `commit ${REFS}${commitId(page)}`,
    `author ${signature(page.at)}`,
    `committer ${signature(page.at)}`,
    `${data(`${page.title}\n`)}from ${REFS}${page.parent}`,
    `M 100644 inline ${PAGE_PATH}`,
    data(page.content),
  ].join('\n');

/** Parents first. */
const inOrder = (pages: readonly PageCommit[]): readonly PageCommit[] => {
  const ordered: PageCommit[] = [];
  const there = new Set([QUICK_ROOT]);
  for (let left = pages; left.length > 0; ) {
    const next = left.filter(({ parent }) => there.has(parent));
    if (next.length === 0) break;
    for (const page of next) there.add(commitId(page));
    ordered.push(...next);
    left = left.filter((page) => !next.includes(page));
  }
  return ordered;
};

const batched = (commits: readonly string[]): readonly string[] => {
  const batches: string[] = [];
  let batch = '';
  for (const commit of commits) {
    if (batch !== '' && batch.length + commit.length > MAX_BATCH_CHARS) {
      batches.push(batch);
      batch = '';
    }
    batch += commit;
  }
  return [...batches, batch];
};

/**
 * Every version of a quick page into the sandbox's repository, under the ids it has had all along, and the first commit of
 * the full app on top of the one that is shown. Answers that commit.
 */
export const carryOver = (
  world: World,
  sessionId: string,
  parent: string,
  sandbox: Sandbox,
): TE.TaskEither<ProviderError, string> =>
  pipe(
    fromVault(world.vault.all(sessionId)),
    TE.flatMap((values) =>
      TE.traverseSeqArray((stdin: string) => runScript(sandbox, IMPORT, { stdin, timeoutMs: 20_000 }))(
        batched([ROOT, ...inOrder(allKeptPages(values)).map(imported)]),
      ),
    ),
    TE.flatMap(() => runScript(sandbox, BEGIN, { env: { MK0R_PARENT: parent }, timeoutMs: 20_000 })),
    TE.flatMap(parseSha),
  );
