import { createHash } from 'node:crypto';

/** The file a quick page consists of. */
export const PAGE_PATH = 'index.html';
/** Who commits where no agent in a sandbox does: the same as `setup.ts` configures there. */
const IDENTITY = 'mk0r <agent@mk0r.local>';

export type PageCommit = {
  readonly parent: string;
  readonly title: string;
  readonly content: string;
  /** ISO 8601; git keeps its seconds. */
  readonly at: string;
};

/** An id as git itself gives it: the SHA-1 of kind, length and bytes. */
const objectId = (kind: 'blob' | 'tree' | 'commit', body: Buffer): string =>
  createHash('sha1').update(`${kind} ${body.length}\0`).update(body).digest('hex');

export const blobId = (content: string): string => objectId('blob', Buffer.from(content));

const treeId = (content: string): string =>
  objectId(
    'tree',
    Buffer.concat([Buffer.from(`100644 ${PAGE_PATH}\0`), Buffer.from(blobId(content), 'hex')]),
  );

/** `<who> <seconds since 1970> <offset>`, as git writes it. */
export const signature = (at: string): string => `${IDENTITY} ${Math.floor(Date.parse(at) / 1000)} +0000`;

/** The commit a page is kept as: the same id it has in a repository it is carried over to. */
export const commitId = ({ parent, title, content, at }: PageCommit): string =>
  objectId('commit', commitBody(treeId(content), parent, title, at));

const commitBody = (tree: string, parent: string | undefined, title: string, at: string): Buffer =>
  Buffer.from(
    [
      `tree ${tree}`,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      `author ${signature(at)}`,
      `committer ${signature(at)}`,
      '',
      `${title}\n`,
    ].join('\n'),
  );

/** Before the first version: nothing, at a moment that is the same for every page. */
export const ROOT_TITLE = 'Start of a quick page';
export const ROOT_AT = '2026-01-01T00:00:00.000Z';
export const rootId = (): string =>
  objectId('commit', commitBody(objectId('tree', Buffer.alloc(0)), undefined, ROOT_TITLE, ROOT_AT));
