import { MergeView } from '@codemirror/merge';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editing, languageOf } from './setup.ts';
import { shadowOf } from './shadow.ts';

/** Two versions of a file side by side: what is there now, and one's own, which goes on being edited. */
export const MergeEditor = ({
  name,
  theirs,
  mine,
  onChange,
}: {
  readonly name: string;
  readonly theirs: string;
  readonly mine: string;
  readonly onChange: (mine: string) => void;
}) => {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ mine, onChange });
  latest.current = { mine, onChange };
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let view: MergeView | undefined;
    let gone = false;
    void languageOf(name).then((language) => {
      if (gone) return;
      const root = shadowOf(element);
      view = new MergeView({
        root,
        parent: root,
        revertControls: 'a-to-b',
        collapseUnchanged: { margin: 3, minSize: 6 },
        a: { doc: theirs, extensions: [editing(`${name} as it is now`, true), language] },
        b: {
          doc: latest.current.mine,
          extensions: [
            editing(`Your version of ${name}`, false),
            language,
            EditorView.updateListener.of(({ docChanged, state }) => {
              if (docChanged) latest.current.onChange(state.doc.toString());
            }),
          ],
        },
      });
    });
    return () => {
      gone = true;
      view?.destroy();
    };
  }, [name, theirs]);
  return <div ref={place} className="h-full min-h-0 overflow-auto" />;
};
