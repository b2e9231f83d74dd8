import { explain } from '../../server/problem.ts';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';

/** Lines that hold what is looked for, by file. */
export const SearchResults = ({
  text,
  at,
  onOpen,
}: {
  readonly text: string;
  readonly at: string;
  readonly onOpen: (path: string, line: number) => void;
}) => {
  const api = useSessionApi();
  const found = useLoaded((signal) => api.search(text, at, signal), `${at}:${text}`);
  const byFile = Map.groupBy(found.value?.hits ?? [], ({ path }) => path);
  const count = found.value?.hits.length ?? 0;
  return (
    <div aria-busy={found.loading} className="px-2 py-1 text-small">
      {found.error === undefined ? null : <Notice>{explain(found.error)}</Notice>}
      <p role="status" className="px-2 py-1 text-ink-3">
        {found.loading
          ? 'Searching'
          : count === 0
            ? 'Nothing found'
            : `${count}${found.value?.truncated === true ? ' and more' : ''} ${count === 1 ? 'line' : 'lines'} in ${byFile.size} ${byFile.size === 1 ? 'file' : 'files'}`}
      </p>
      <ul>
        {[...byFile].map(([path, hits]) => (
          <li key={path} className="mt-1">
            <p className="truncate px-2 font-medium">{path}</p>
            <ul>
              {hits.map(({ line, text: found }) => (
                <li key={line}>
                  <button
                    type="button"
                    onClick={() => onOpen(path, line)}
                    className="flex w-full gap-2 rounded-md px-2 py-0.5 text-left hover:bg-sunken focus-visible:-outline-offset-2"
                  >
                    <span className="w-8 shrink-0 text-right text-ink-3 tabular">{line}</span>
                    <span className="min-w-0 truncate font-mono text-[0.75rem] leading-5 text-ink-2">
                      {found.trim()}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </div>
  );
};
