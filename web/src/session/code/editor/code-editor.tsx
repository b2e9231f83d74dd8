import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editing, languageOf } from './setup.ts';
import { shadowOf } from './shadow.ts';

/**
 * An editor for one text. Another `name` is another text; a `value` that is not what is in it replaces that. The page's
 * policy allows no style sheets made in the page but constructed ones, and those only a shadow root takes.
 */
export const CodeEditor = ({
  name,
  label,
  value,
  readOnly,
  line,
  onChange,
  onSave,
}: {
  /** A file name: says the language. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly readOnly: boolean;
  /** To be shown first. */
  readonly line?: number | undefined;
  readonly onChange?: (value: string) => void;
  /** Mod-S and Mod-Enter. */
  readonly onSave?: () => void;
}) => {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const latest = useRef({ onChange, onSave, value, line });
  latest.current = { onChange, onSave, value, line };

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let gone = false;
    const save = (): boolean => {
      latest.current.onSave?.();
      return true;
    };
    void languageOf(name).then((language) => {
      if (gone) return;
      const root = shadowOf(element);
      const view = new EditorView({
        root,
        parent: root,
        state: EditorState.create({
          doc: latest.current.value,
          extensions: [
            editing(label, readOnly),
            language,
            Prec.highest(
              keymap.of([
                { key: 'Mod-s', run: save, preventDefault: true },
                { key: 'Mod-Enter', run: save },
              ]),
            ),
            EditorView.updateListener.of(({ docChanged, state }) => {
              if (docChanged) latest.current.onChange?.(state.doc.toString());
            }),
          ],
        }),
      });
      editor.current = view;
      scrollTo(view, latest.current.line);
    });
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = undefined;
    };
  }, [name, label, readOnly]);

  useEffect(() => {
    const view = editor.current;
    if (view === undefined || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    if (editor.current !== undefined) scrollTo(editor.current, line);
  }, [line]);

  return <div ref={place} className="h-full min-h-0" />;
};

const scrollTo = (view: EditorView, line: number | undefined): void => {
  if (line === undefined || line > view.state.doc.lines) return;
  const { from } = view.state.doc.line(line);
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
};
