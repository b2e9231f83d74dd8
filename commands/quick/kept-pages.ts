import { z } from 'zod';
import { commitId, type PageCommit } from '../git/objects.ts';

/**
 * Each version of a quick page is in the vault, as the commit it is named by: encrypted with the session's own key, and
 * gone with it.
 */
const PREFIX = 'page:';

/** Bytes of one version. */
export const MAX_PAGE_BYTES = 256 * 1024;

export const isPageName = (name: string): boolean => name.startsWith(PREFIX);

const kept = z.object({ parent: z.string(), title: z.string(), content: z.string(), at: z.string() });

export const keptPage = (
  page: PageCommit,
): { readonly sha: string; readonly values: Record<string, string> } => {
  const sha = commitId(page);
  return { sha, values: { [`${PREFIX}${sha}`]: JSON.stringify(page) } };
};

/** A version, or `undefined` where there is none of that name, or another one than the name says. */
export const readKeptPage = (
  values: Readonly<Record<string, string>>,
  sha: string,
): PageCommit | undefined => {
  const name = `${PREFIX}${sha}`;
  if (!Object.hasOwn(values, name)) return undefined;
  const parsed = kept.safeParse(JSON.parse(values[name] ?? ''));
  return parsed.success && commitId(parsed.data) === sha ? parsed.data : undefined;
};

/** Every version there is, undone ones included, in no order. */
export const allKeptPages = (values: Readonly<Record<string, string>>): readonly PageCommit[] =>
  Object.keys(values)
    .filter(isPageName)
    .flatMap((name) => readKeptPage(values, name.slice(PREFIX.length)) ?? []);
