/** What an error says, for telling whether it is the same one as before. */
const MESSAGE_CHARS = 500;
const DETAIL_CHARS = 4_000;

const tidy = (text: string, limit: number): string =>
  text
    .replace(/\p{Cc}\[[0-9;]*m/gu, '')
    .replace(/[\p{Cc}--[\t\n]]/gv, '')
    .trim()
    .slice(0, limit);

export type ErrorText = { readonly message: string; readonly detail?: string };

/** Compilers draw their message for a terminal; in one line only its words are wanted. */
const inOneLine = (text: string): string => text.replace(/[\u2500-\u257f]+/g, ' ').replace(/\s+/g, ' ');

/** An error as it is kept: without colours, and not longer than somebody would read. */
export const tidied = ({ message, detail = '' }: ErrorText): ErrorText => {
  const kept = { message: inOneLine(tidy(message, MESSAGE_CHARS)).trim() };
  const more = tidy(detail, DETAIL_CHARS);
  return more === '' || more === kept.message ? kept : { ...kept, detail: more };
};

/**
 * What is the same whenever the same thing goes wrong: without addresses, versions of modules, places in a file, ids and
 * numbers, which change with every attempt to fix it.
 */
export const normalised = (message: string): string =>
  message
    .toLowerCase()
    .replace(/https?:\/\/[^\s/'")]+/g, '')
    .replace(/\?(t|v|import)(=[\w.-]*)?(&[\w=.-]*)*/g, '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '#')
    .replace(/\b(?=[a-f]*\d)[0-9a-f]{12,}\b/g, '#')
    .replace(/\d+/g, '#')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
