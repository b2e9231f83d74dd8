import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  LanguageDescription,
  type LanguageSupport,
  syntaxHighlighting,
} from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours are the page's own: custom properties reach into the editor's shadow root, and follow the theme. */
const theme = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '0.8125rem' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: '"JetBrains Mono", ui-monospace, Menlo, Consolas, monospace',
    lineHeight: '1.25rem',
    overscrollBehavior: 'contain',
  },
  '.cm-content': { padding: '0.5rem 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface)',
    color: 'var(--ink-3)',
    border: 'none',
    paddingRight: '0.25rem',
  },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 0.5rem 0 1rem' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--bubble)',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--wait-soft)' },
  '.cm-searchMatch-selected': { outline: '1px solid var(--wait)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--bubble)' },
  '.cm-panels': { backgroundColor: 'var(--canvas)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-panel input, .cm-panel button': {
    backgroundColor: 'var(--surface)',
    backgroundImage: 'none',
    color: 'var(--ink)',
    border: '1px solid var(--control)',
    borderRadius: '0.375rem',
  },
  '.cm-changedLine, &.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--alive-soft)' },
  '&.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--bad-soft)' },
  '&.cm-merge-a .cm-changedText, &.cm-merge-b .cm-changedText': { background: 'none', fontWeight: '600' },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.tagName], color: 'var(--alive)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.attributeValue], color: 'var(--wait)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit], color: 'var(--bad)' },
  { tag: [tags.comment, tags.meta], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.propertyName, tags.attributeName, tags.punctuation], color: 'var(--ink-2)' },
  { tag: [tags.definition(tags.variableName), tags.heading, tags.strong], fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.link, textDecoration: 'underline' },
]);

const load = (extensions: readonly string[], support: () => Promise<LanguageSupport>) =>
  LanguageDescription.of({ name: extensions[0] ?? '', extensions, load: support });

/** Each comes when a file of its kind is opened. */
const LANGUAGES = [
  load(['ts', 'tsx', 'js', 'jsx', 'mjs', 'cjs', 'mts', 'cts'], async () =>
    (await import('@codemirror/lang-javascript')).javascript({ typescript: true, jsx: true }),
  ),
  load(['css'], async () => (await import('@codemirror/lang-css')).css()),
  load(['html', 'svg'], async () => (await import('@codemirror/lang-html')).html()),
  load(['json'], async () => (await import('@codemirror/lang-json')).json()),
  load(['md'], async () => (await import('@codemirror/lang-markdown')).markdown()),
  load(['sql'], async () => {
    const { PostgreSQL, sql } = await import('@codemirror/lang-sql');
    return sql({ dialect: PostgreSQL });
  }),
];

/** The language of a file by its name; none is plain text. */
export const languageOf = async (path: string): Promise<Extension> =>
  (await LanguageDescription.matchFilename(LANGUAGES, path)?.load()) ?? [];

/** Tab leaves the editor, as it leaves everything else: nobody who cannot use a mouse is caught in it. */
export const editing = (label: string, readOnly: boolean): Extension => [
  theme,
  syntaxHighlighting(colours),
  lineNumbers(),
  drawSelection(),
  bracketMatching(),
  search({ top: true }),
  highlightSelectionMatches(),
  EditorState.readOnly.of(readOnly),
  // What may be edited can be reached by Tab as it is; said so, also whoever checks the page knows.
  EditorView.contentAttributes.of({
    'aria-label': label,
    tabindex: '0',
    ...(readOnly ? { 'aria-readonly': 'true' } : {}),
  }),
  readOnly ? [] : [history(), indentOnInput()],
  keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
];
