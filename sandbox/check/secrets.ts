import { spawnSync } from 'node:child_process';

/** What must not stand in a tracked file, as the control plane sends it. */
type Question = {
  /** The commit the turn began at. */
  readonly base: string;
  /** Values and their encodings, each under the name of its variable. */
  readonly forms: readonly { readonly name: string; readonly form: string }[];
  /** Variables of the server, which the browser must not be given. */
  readonly serverNames: readonly string[];
  /** `VITE_` variables of `.env` that hold the value of one. */
  readonly exposed: readonly string[];
};
type Finding = {
  readonly path: string;
  readonly name: string;
  readonly how: 'value' | 'prefix' | 'import';
};

const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;
const CODE = /\.(?:[cm]?[jt]sx?|html|vue|svelte|astro)$|(?:^|\/)\.env[^/]*$/;

const git = (args: readonly string[], input?: string): Buffer => {
  const ran = spawnSync('git', args, { input: input ?? '', maxBuffer: MAX_OUTPUT_BYTES });
  if (ran.error !== undefined) throw ran.error;
  if (ran.status !== 0)
    throw new Error(`git ${args[0]}: ${ran.stderr.toString('utf8').trim().slice(0, 300)}`);
  return ran.stdout;
};

/** What `git cat-file --batch` answers: a line about each object, its bytes, a line end. */
const contentsOf = (ids: readonly string[]): ReadonlyMap<string, Buffer> => {
  const contents = new Map<string, Buffer>();
  if (ids.length === 0) return contents;
  const output = git(['cat-file', '--batch'], `${ids.join('\n')}\n`);
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0x0a, at);
    const [id = '', type, size] = output.toString('utf8', at, end).split(' ');
    if (size === undefined) {
      at = end + 1;
      continue;
    }
    const from = end + 1;
    const to = from + Number(size);
    if (type === 'blob') contents.set(id, output.subarray(from, to));
    at = to + 1;
  }
  return contents;
};

/** Files that differ from the base as they would be committed now, with the object each is. */
const staged = (base: string): ReadonlyMap<string, string> => {
  git(['add', '-A']);
  const raw = git([
    'diff',
    '--cached',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    '--diff-filter=d',
    '-z',
    base,
  ]);
  const fields = raw.toString('utf8').split('\0');
  const files = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [, , , id] = (fields[index] ?? '').split(' ');
    const path = fields[index + 1];
    if (id !== undefined && path !== undefined) files.set(path, id);
  }
  return files;
};

/** Objects of commits the agent has made by itself: they would be pushed along with what is committed now. */
const between = (base: string): readonly string[] =>
  git(['rev-list', '--objects', '--no-object-names', 'HEAD', `^${base}`])
    .toString('utf8')
    .split('\n')
    .filter((id) => id !== '');

const escaped = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, '\\$&');

const wrongIn = (path: string, content: Buffer, question: Question): readonly Finding[] => {
  const values = question.forms
    .filter(({ form }) => content.includes(form))
    .map(({ name }): Finding => ({ path, name, how: 'value' }));
  if (!CODE.test(path)) return values;
  const text = content.toString('utf8');
  const mentions = (pattern: string): boolean => new RegExp(pattern).test(text);
  return [
    ...values,
    ...question.exposed
      .filter((name) => mentions(`\\b${escaped(name)}\\b`))
      .map((name): Finding => ({ path, name, how: 'prefix' })),
    ...question.serverNames
      .filter((name) => mentions(`\\bVITE_${escaped(name)}\\b`))
      .map((name): Finding => ({ path, name: `VITE_${name}`, how: 'prefix' })),
    ...question.serverNames
      .filter((name) =>
        mentions(`import\\.meta\\.env(?:\\??\\.${escaped(name)}\\b|\\[\\s*['"\`]${escaped(name)}['"\`])`),
      )
      .map((name): Finding => ({ path, name, how: 'import' })),
  ];
};

const read = async (): Promise<Question> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Question;
};

const question = await read();
const files = staged(question.base);
const contents = contentsOf([...new Set(files.values())]);
const findings = [...files].flatMap(([path, id]) =>
  wrongIn(path, contents.get(id) ?? Buffer.alloc(0), question),
);
const known = new Set(files.values());
const older = contentsOf(between(question.base).filter((id) => !known.has(id)));
const isInHistory = [...older.values()].some((content) =>
  question.forms.some(({ form }) => content.includes(form)),
);
// One line for each variable and file, however often it stands there.
const once = [...new Map(findings.map((each) => [JSON.stringify(each), each])).values()].slice(0, 100);
process.stdout.write(`${JSON.stringify({ findings: once, isInHistory })}\n`);
