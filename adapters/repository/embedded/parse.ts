export type Commit = {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: string;
  /** ISO 8601, as the committer's clock had it. */
  readonly at: string;
  readonly subject: string;
};

export type TreeEntry = {
  readonly path: string;
  readonly oid: string;
  /** Bytes. */
  readonly size: number;
  readonly kind: 'file' | 'executable' | 'link';
};

export type ChangeStatus = 'added' | 'modified' | 'deleted' | 'renamed' | 'other';

export type Change = { readonly path: string; readonly oldPath?: string; readonly status: ChangeStatus };

/** Fields and records both end in NUL, the one byte no part of a commit can hold. */
export const LOG_FORMAT = 'tformat:%H%x00%P%x00%an%x00%aI%x00%s';
const LOG_FIELDS = 5;

/** Complete NUL-terminated fields; what follows the last NUL was cut off. */
const fieldsOf = (output: Buffer): readonly string[] => output.toString('utf8').split('\0').slice(0, -1);

export const parseLog = (output: Buffer): readonly Commit[] => {
  const fields = fieldsOf(output);
  return Array.from({ length: Math.floor(fields.length / LOG_FIELDS) }, (_, record) => {
    const [sha = '', parents = '', author = '', at = '', subject = ''] = fields.slice(record * LOG_FIELDS);
    return { sha, parents: parents.split(' ').filter(Boolean), author, at, subject };
  });
};

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100755': 'executable',
  '120000': 'link',
};

/** `git ls-tree -z -l`: `<mode> <type> <oid> <size>\t<path>`. Directories and submodules have no content, and are left out. */
export const parseTree = (output: Buffer): readonly TreeEntry[] =>
  fieldsOf(output).flatMap((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', type, oid = '', size] = line.slice(0, tab).split(/ +/);
    return type === 'blob'
      ? [{ path: line.slice(tab + 1), oid, size: Number(size), kind: KINDS[mode] ?? 'file' }]
      : [];
  });

const STATUS: Readonly<Record<string, ChangeStatus>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
};

/** `git diff-tree -z --raw`: `:<modes> <oids> <letter><score>`, then a path, or for renames the old and the new one. */
export const parseRaw = (output: Buffer): readonly Change[] => {
  const fields = fieldsOf(output)[Symbol.iterator]();
  const changes: Change[] = [];
  for (const head of fields) {
    const letter = head.split(' ')[4]?.[0] ?? '';
    const [first, second] = [
      fields.next().value,
      letter === 'R' || letter === 'C' ? fields.next().value : undefined,
    ];
    if (first === undefined) break;
    const status = STATUS[letter] ?? 'other';
    changes.push(second === undefined ? { path: first, status } : { path: second, oldPath: first, status });
  }
  return changes;
};

/** One patch text per file. Lines of a patch's body begin with a blank, `+`, `-`, `@` or `\`, never with this. */
export const splitPatches = (output: Buffer): readonly string[] =>
  output
    .toString('utf8')
    .split(/^(?=diff --git )/m)
    .filter((patch) => patch.startsWith('diff --git '));

/** A line that holds what was looked for; `text` is cut where it is long. */
export type SearchHit = { readonly path: string; readonly line: number; readonly text: string };

const MAX_LINE_CHARS = 300;

/** `git grep -z -n`: `<commit>:<path>\0<line>\0<text>`, one to a line. */
export const parseHits = (output: Buffer, sha: string): readonly SearchHit[] =>
  output
    .toString('utf8')
    .split('\n')
    .flatMap((record) => {
      const [where = '', line = '', ...text] = record.split('\0');
      return text.length === 0 || !where.startsWith(`${sha}:`)
        ? []
        : [
            {
              path: where.slice(sha.length + 1),
              line: Number(line),
              text: text.join('\0').slice(0, MAX_LINE_CHARS),
            },
          ];
    });
