import { useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { CommitDiffView } from './commit-diff.tsx';
import { FileView } from './file-view.tsx';
import { treeLines } from './tree.ts';

/** What somebody who opens the tab most likely came for: the screen the last turn wrote, else the read-me. */
const firstToRead = ({ history }: SessionView, paths: readonly string[]): string | undefined => {
  const changed = history.commits.find(({ sha }) => sha === history.at)?.changed ?? [];
  const screens = changed.map(({ path }) => path).filter((path) => /^src\/.*\.tsx$/.test(path));
  return [...screens, 'src/App.tsx', 'README.md'].find((path) => paths.includes(path));
};

/** The files of the app as they are at the current commit, and what each commit changed. */
export const CodeTab = ({
  view,
  commit,
  onCommit,
}: {
  readonly view: SessionView;
  readonly commit: string | undefined;
  readonly onCommit: (sha: string | undefined) => void;
}) => {
  const api = useSessionApi();
  const files = useLoaded(api.files, view.history.at);
  const [chosen, setOpen] = useState<string>();

  if (commit !== undefined) {
    const title = view.history.commits.find(({ sha }) => sha === commit)?.title;
    return <CommitDiffView sha={commit} title={title} onBack={() => onCommit(undefined)} />;
  }
  if (files.error !== undefined && files.value === undefined) {
    return (
      <Notice
        className="m-5"
        action={
          <Button small onClick={files.reload}>
            Try again
          </Button>
        }
      >
        {explain(files.error)}
      </Notice>
    );
  }
  const paths = (files.value?.files ?? []).map(({ path }) => path);
  const lines = treeLines(paths);
  const open = chosen !== undefined && paths.includes(chosen) ? chosen : firstToRead(view, paths);
  return (
    <div className="flex h-full min-h-0 max-sm:flex-col">
      <nav
        aria-label="Files"
        aria-busy={files.loading}
        className="shrink-0 overflow-y-auto border-line py-2 max-sm:max-h-56 max-sm:border-b sm:w-60 sm:border-r"
      >
        <ul className="text-small">
          {lines.map(({ path, name, depth, folder }) => (
            <li key={`${path}${folder ? '/' : ''}`}>
              {folder ? (
                <p
                  className="truncate py-0.5 pr-3 text-ink-3"
                  style={{ paddingLeft: `${1 + depth * 0.85}rem` }}
                >
                  {name}/
                </p>
              ) : (
                <button
                  type="button"
                  aria-current={path === open ? 'true' : undefined}
                  onClick={() => setOpen(path)}
                  className="block w-full truncate py-0.5 pr-3 text-left text-ink-2 hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2 aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-ink"
                  style={{ paddingLeft: `${1 + depth * 0.85}rem` }}
                >
                  {name}
                </button>
              )}
            </li>
          ))}
        </ul>
        {files.value === undefined ? <p className="px-4 text-small text-ink-3">Loading</p> : null}
      </nav>
      {open === undefined ? (
        <p className="p-5 text-small text-ink-3">Choose a file to read it.</p>
      ) : (
        <FileView path={open} moment={view.history.at} />
      )}
    </div>
  );
};
