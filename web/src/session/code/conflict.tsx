import { lazy, Suspense } from 'react';
import type { FileContent } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';

const MergeEditor = lazy(async () => ({
  default: (await import('./editor/merge-editor.tsx')).MergeEditor,
}));

/** Somebody else changed the file: both versions, and nothing lost until it is decided. */
export const Conflict = ({
  path,
  theirs,
  mine,
  onChange,
  onTakeTheirs,
  onKeepMine,
}: {
  readonly path: string;
  readonly theirs: FileContent | undefined;
  readonly mine: string;
  readonly onChange: (mine: string) => void;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}) => (
  <div className="flex min-h-0 flex-1 flex-col">
    <Notice
      className="m-3"
      action={
        <span className="flex flex-wrap justify-end gap-2">
          <Button small onClick={onTakeTheirs}>
            Take theirs
          </Button>
          <Button small look="solid" onClick={onKeepMine}>
            Save mine
          </Button>
        </span>
      }
    >
      <strong className="font-semibold">This file was changed since you began.</strong> On the left it is as
      it is now, on the right as you have it. Change yours until it is right, then save it.
    </Notice>
    <div className="min-h-0 flex-1 border-t border-line">
      <Suspense fallback={<p className="p-4 text-small text-ink-3">Loading</p>}>
        <MergeEditor name={path} theirs={theirs?.content ?? ''} mine={mine} onChange={onChange} />
      </Suspense>
    </div>
  </div>
);
