import { useEffect, useRef, useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { CodeBar } from './code-bar.tsx';
import { CommitDiffView } from './commit-diff.tsx';
import { setDraft, useUnsaved } from './drafts.ts';
import { FileView } from './file-view.tsx';
import { SearchResults } from './search-results.tsx';
import { treeLines } from './tree.ts';

type Opened = { readonly path: string; readonly line?: number };

/** What somebody who opens the tab most likely came for: the screen the last turn wrote, else the read-me. */
const firstToRead = ({ history }: SessionView, paths: readonly string[]): string | undefined => {
  const changed = history.commits.find(({ sha }) => sha === history.at)?.changed ?? [];
  const screens = changed.map(({ path }) => path).filter((path) => /^src\/.*\.tsx$/.test(path));
  return [...screens, 'src/App.tsx', 'README.md', 'index.html'].find((path) => paths.includes(path));
};

/** The files of the app as they are at the current commit, to read and to edit, and what each commit changed. */
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
  const { sessionId, slug, history } = view;
  const files = useLoaded((signal) => api.files(history.at, signal), history.at);
  const [chosen, setOpen] = useState<Opened>();
  const [looked, setLooked] = useState('');
  const [problem, setProblem] = useState<string>();
  const unsaved = useUnsaved(sessionId);

  if (commit !== undefined) {
    const title = [...history.commits, ...(history.before ?? [])].find(({ sha }) => sha === commit)?.title;
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
  const edited = unsaved === '' ? [] : unsaved.split('\n');
  const paths = [...new Set([...(files.value?.files ?? []).map(({ path }) => path), ...edited])];
  const first = firstToRead(view, paths);
  const open: Opened | undefined =
    chosen !== undefined && paths.includes(chosen.path)
      ? chosen
      : first === undefined
        ? undefined
        : { path: first };
  return (
    <div className="flex h-full min-h-0 max-sm:flex-col">
      <div className="flex min-h-0 shrink-0 flex-col border-line max-sm:h-56 max-sm:border-b sm:w-64 sm:border-r">
        <CodeBar
          sessionId={sessionId}
          slug={slug}
          isPage={view.mode !== undefined}
          onSearch={setLooked}
          onProblem={setProblem}
          onNew={(path) => {
            if (!paths.includes(path)) setDraft(sessionId, path, { text: '', base: null });
            setOpen({ path });
          }}
        />
        {problem === undefined ? null : <Notice className="m-2">{problem}</Notice>}
        <nav
          aria-label="Files"
          aria-busy={files.loading}
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain py-1.5"
        >
          {looked === '' ? (
            <Tree paths={paths} edited={edited} open={open?.path} onOpen={(path) => setOpen({ path })} />
          ) : (
            <SearchResults text={looked} at={history.at} onOpen={(path, line) => setOpen({ path, line })} />
          )}
          {files.value === undefined ? <p className="px-4 text-small text-ink-3">Loading</p> : null}
        </nav>
      </div>
      {open === undefined ? (
        <p className="p-5 text-small text-ink-3">Choose a file to read it.</p>
      ) : (
        <FileView
          key={open.path}
          view={view}
          path={open.path}
          // Of the list, not of the moment: a file that was deleted since is not asked for any more.
          at={files.value?.sha ?? history.at}
          line={open.line}
          onRenamed={(path) => setOpen({ path })}
        />
      )}
    </div>
  );
};

const Tree = ({
  paths,
  edited,
  open,
  onOpen,
}: {
  readonly paths: readonly string[];
  readonly edited: readonly string[];
  readonly open: string | undefined;
  readonly onOpen: (path: string) => void;
}) => {
  const current = useRef<HTMLButtonElement>(null);
  const listed = open !== undefined && paths.includes(open) ? open : undefined;
  // Files come after the tab is opened, and most of them are below the fold.
  useEffect(() => {
    if (listed !== undefined) current.current?.scrollIntoView({ block: 'nearest' });
  }, [listed]);
  return (
    <ul className="text-small">
      {treeLines(paths).map(({ path, name, depth, folder }) => (
        <li key={`${path}${folder ? '/' : ''}`}>
          {folder ? (
            <p className="truncate py-0.5 pr-3 text-ink-3" style={{ paddingLeft: `${1 + depth * 0.85}rem` }}>
              {name}/
            </p>
          ) : (
            <button
              type="button"
              ref={path === open ? current : undefined}
              aria-current={path === open ? 'true' : undefined}
              onClick={() => onOpen(path)}
              className="flex w-full items-center gap-1.5 py-0.5 pr-3 text-left text-ink-2 hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2 aria-[current]:bg-sunken aria-[current]:font-medium aria-[current]:text-ink"
              style={{ paddingLeft: `${1 + depth * 0.85}rem` }}
            >
              <span className="truncate">{name}</span>
              {edited.includes(path) ? (
                <>
                  <span aria-hidden="true" className="size-1.5 shrink-0 rounded-full bg-wait" />
                  <span className="sr-only">not saved</span>
                </>
              ) : null}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
};
