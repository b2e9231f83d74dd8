import { Download, FilePlus, Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { requestBlob } from '../../server/client.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { save } from '../../ui/save.ts';
import { useCommand } from '../use-command.ts';

const PAUSE_MS = 250;

/** What can be done with the code as a whole: looked through, added to, taken along. */
export const CodeBar = ({
  sessionId,
  slug,
  isPage,
  onSearch,
  onNew,
  onProblem,
}: {
  readonly sessionId: string;
  readonly slug: string;
  /** One file, which is changed in the chat. */
  readonly isPage: boolean;
  readonly onSearch: (text: string) => void;
  readonly onNew: (path: string) => void;
  readonly onProblem: (why: string | undefined) => void;
}) => {
  const [text, setText] = useState('');
  const [isNaming, setNaming] = useState(false);
  const download = useCommand(async () => {
    save(await requestBlob(`/api/sessions/${encodeURIComponent(sessionId)}/export.zip`), `mk0r-${slug}.zip`);
  });
  useEffect(() => onProblem(download.problem), [download.problem, onProblem]);
  useEffect(() => {
    const id = setTimeout(() => onSearch(text.trim().length < 2 ? '' : text.trim()), PAUSE_MS);
    return () => clearTimeout(id);
  }, [text, onSearch]);
  return (
    <div className="flex shrink-0 items-center gap-1 border-b border-line px-2 py-1.5">
      <label className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-lg border border-line-strong px-2.5 focus-within:border-control">
        <Search aria-hidden="true" className="size-4 shrink-0 text-ink-3" />
        <span className="sr-only">Search in files</span>
        <input
          type="text"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && setText('')}
          placeholder="Search in files"
          maxLength={200}
          spellCheck={false}
          className="min-w-0 flex-1 bg-transparent text-small placeholder:text-ink-3 focus:outline-none"
        />
        {text === '' ? null : (
          <IconButton label="Clear search" onClick={() => setText('')} className="-mr-2 size-6">
            <X className="size-3.5" />
          </IconButton>
        )}
      </label>
      {isPage ? null : (
        <IconButton label="New file" onClick={() => setNaming(true)}>
          <FilePlus className="size-4" strokeWidth={1.75} />
        </IconButton>
      )}
      <IconButton
        label={isPage ? 'Download the page' : 'Download code and database'}
        disabled={download.busy}
        aria-busy={download.busy}
        onClick={() => void download.run()}
      >
        <Download className="size-4" strokeWidth={1.75} />
      </IconButton>
      {isNaming ? (
        <NewFile
          onClose={() => setNaming(false)}
          onName={(path) => {
            setNaming(false);
            onNew(path);
          }}
        />
      ) : null}
    </div>
  );
};

const NewFile = ({
  onClose,
  onName,
}: {
  readonly onClose: () => void;
  readonly onName: (path: string) => void;
}) => {
  const [path, setPath] = useState('src/');
  const isName = path.trim() !== '' && !path.trim().endsWith('/');
  return (
    <Dialog title="New file" onClose={onClose}>
      <form
        className="mt-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isName) onName(path.trim());
        }}
      >
        <label className="block text-small text-ink-2">
          Path in the app
          <input
            autoFocus
            value={path}
            maxLength={400}
            spellCheck={false}
            onChange={(event) => setPath(event.target.value)}
            className="mt-1 h-9 w-full rounded-lg border border-control bg-surface px-3 font-mono text-[0.8125rem] text-ink"
          />
        </label>
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" disabled={!isName}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
