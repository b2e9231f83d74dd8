/**
 * A TypeScript string literal. Prompts are strangers' text: nothing else may put them into code. The quotes are those
 * that the formatter would choose: single ones, unless double ones need fewer escapes.
 */
export function literal(text: string): string {
  // Legal in JSON, line breaks in older JavaScript.
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  if (count(text, "'") > count(text, '"')) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const count = (text: string, character: string): number => text.split(character).length - 1;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `trainingRuns` as `training runs`. */
export const words = (identifier: string): string => identifier.replace(/([A-Z])/g, ' $1').toLowerCase();

/** `trainingRuns` as `training_runs`, as Drizzle's casing and people in SQL want it. */
export const snake = (identifier: string): string => words(identifier).replaceAll(' ', '_');

export const sortText = (list: readonly string[]): string[] => [...list].sort();

/** The formatter's line width, in the product and in what it builds. */
const WIDTH = 110;

/** Source on one line where it fits, else broken up. */
export const withinWidth = (oneLine: string, broken: string): string =>
  oneLine.length <= WIDTH ? oneLine : broken;

/**
 * A JSX element without children, as the formatter lays it out: on one line where that fits, else an attribute a line.
 * `indent` counts spaces; an empty attribute is left out.
 */
export function element(indent: number, tag: string, attributes: readonly (string | false)[]): string {
  const pad = ' '.repeat(indent);
  const given = attributes.filter((attribute) => attribute !== false && attribute !== '');
  const oneLine = `${pad}<${[tag, ...given].join(' ')} />`;
  if (oneLine.length <= WIDTH) return oneLine;
  return `${pad}<${tag}\n${given.map((attribute) => `${pad}  ${attribute}`).join('\n')}\n${pad}/>`;
}

/** The opening of an element with children, on one line where that fits. */
export function opening(indent: number, tag: string, attributes: readonly (string | false)[]): string {
  const pad = ' '.repeat(indent);
  const given = attributes.filter((attribute) => attribute !== false && attribute !== '');
  const oneLine = `${pad}<${[tag, ...given].join(' ')}>`;
  if (oneLine.length <= WIDTH) return oneLine;
  return `${pad}<${tag}\n${given.map((each) => `${pad}  ${each}`).join('\n')}\n${pad}>`;
}

/** An element that holds nothing but a short text. */
export function textElement(
  indent: number,
  tag: string,
  attributes: readonly string[],
  text: string,
): string {
  const pad = ' '.repeat(indent);
  const start = opening(indent, tag, attributes);
  const oneLine = `${start}${text}</${tag}>`;
  return oneLine.length <= WIDTH && !start.includes('\n')
    ? oneLine
    : `${start}\n${pad}  ${text}\n${pad}</${tag}>`;
}

/** Without the blank lines that parts which were left out leave behind. */
export const tidy = (source: string): string =>
  source.replace(/\n{3,}/g, '\n\n').replace(/\n\n(\s*<\/)/g, '\n$1');

/** An attribute with a text: in quotes where they suffice, else as an expression. */
export const attribute = (name: string, text: string): string =>
  /^[^"&{}\\\u2028\u2029<>]*$/.test(text) ? `${name}="${text}"` : `${name}={${literal(text)}}`;

/** Text between tags: bare where JSX reads it as it stands. */
export const jsxText = (text: string): string =>
  /^[\p{L}\p{N}][\p{L}\p{N} ,.()%/-]*[\p{L}\p{N}.)%]$|^[\p{L}\p{N}]$/u.test(text)
    ? text
    : `{${literal(text)}}`;

/** `import { a, b } from './x.ts';` as the formatter lays it out. */
export function importOf(names: readonly string[], from: string): string {
  const sorted = [...names].sort((a, b) => order(a).localeCompare(order(b), 'en'));
  return withinWidth(
    `import { ${sorted.join(', ')} } from '${from}';`,
    `import {\n${sorted.map((name) => `  ${name},`).join('\n')}\n} from '${from}';`,
  );
}

const order = (name: string): string => name.replace(/^type /, '').replace(/^.* as /, '');

/** An array literal of texts, on one line or one a line. */
export function texts(indent: number, before: string, list: readonly string[], after: string): string {
  const oneLine = `${before}[${list.map(literal).join(', ')}]${after}`;
  if (oneLine.length <= WIDTH) return oneLine;
  const pad = ' '.repeat(indent);
  return `${before}[\n${list.map((text) => `${pad}  ${literal(text)},`).join('\n')}\n${pad}]${after}`;
}

export type Import = { readonly from: string; readonly names: readonly string[] | string };

/** Import lines in the formatter's order: packages, then the farthest folder first, then by path. */
export function imports(list: readonly (Import | false | undefined)[]): string {
  const given = list.filter((item): item is Import => Boolean(item));
  const distance = ({ from }: Import) => -(from.match(/\.\.\//g)?.length ?? (from.startsWith('.') ? 0 : 99));
  return given
    .sort((a, b) => distance(a) - distance(b) || a.from.localeCompare(b.from, 'en'))
    .map(({ from, names }) =>
      typeof names === 'string' ? `import ${names} from '${from}';` : importOf(names, from),
    )
    .join('\n');
}

/** What is there of some lines, joined. */
export const lines = (...list: readonly (string | false | undefined)[]): string =>
  list.filter((line) => line !== false && line !== undefined && line !== '').join('\n');
