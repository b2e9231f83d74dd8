import { createTwoFilesPatch } from 'diff';

const MAX_PATCH_CHARS = 12_000;
/** Larger files are not compared line by line: the page would not show it, and the cost is quadratic. */
const MAX_FILE_CHARS = 200_000;

export type DiffSummary = {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly patch: string;
};

/** A unified patch with its counts, secrets taken out, cut to what a page can show. */
export const summarizeDiff = (
  {
    path,
    oldText,
    newText,
  }: { readonly path: string; readonly oldText: string | null; readonly newText: string },
  redact: (text: string) => string,
): DiffSummary => {
  if ((oldText?.length ?? 0) + newText.length > MAX_FILE_CHARS) {
    return { path, added: lines(newText), removed: lines(oldText ?? ''), patch: '' };
  }
  const patch = createTwoFilesPatch(path, path, oldText ?? '', newText, undefined, undefined, { context: 2 });
  const body = patch.split('\n').slice(4);
  return {
    path,
    added: body.filter((line) => line.startsWith('+')).length,
    removed: body.filter((line) => line.startsWith('-')).length,
    patch: redact(body.join('\n')).slice(0, MAX_PATCH_CHARS),
  };
};

const lines = (text: string): number => (text === '' ? 0 : text.split('\n').length);
