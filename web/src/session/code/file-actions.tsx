import { PencilLine, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useSessionApi } from '../session-api.ts';
import { useChange } from './use-change.ts';

type File = {
  readonly view: SessionView;
  readonly path: string;
  /** What it is now, by git's name for it. */
  readonly blob: string;
};

/** What can be done with a file as a whole. Each is a commit, and can be undone. */
export const FileActions = ({ onRenamed, ...file }: File & { readonly onRenamed: (to: string) => void }) => {
  const [open, setOpen] = useState<'rename' | 'delete'>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <IconButton label="Rename this file" onClick={() => setOpen('rename')}>
        <PencilLine className="size-4" strokeWidth={1.75} />
      </IconButton>
      <IconButton label="Delete this file" onClick={() => setOpen('delete')}>
        <Trash2 className="size-4" strokeWidth={1.75} />
      </IconButton>
      {open === 'rename' ? <RenameDialog {...file} onClose={close} onRenamed={onRenamed} /> : null}
      {open === 'delete' ? <DeleteDialog {...file} onClose={close} /> : null}
    </>
  );
};

const RenameDialog = ({
  view,
  path,
  blob,
  onClose,
  onRenamed,
}: File & { readonly onClose: () => void; readonly onRenamed: (to: string) => void }) => {
  const api = useSessionApi();
  const [to, setTo] = useState(path);
  const name = to.trim();
  const { run, isBusy, problem } = useChange(view, () => {
    onClose();
    onRenamed(name);
  });
  const isName = name !== '' && name !== path && !name.endsWith('/');
  return (
    <Dialog title="Rename the file" onClose={onClose}>
      <form
        className="mt-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (isName && !isBusy) void run(() => api.renameFile(path, blob, name));
        }}
      >
        <label className="block text-small text-ink-2">
          Path in the app
          <input
            autoFocus
            value={to}
            maxLength={400}
            spellCheck={false}
            onChange={(event) => setTo(event.target.value)}
            className="mt-1 h-9 w-full rounded-lg border border-control bg-surface px-3 font-mono text-[0.8125rem] text-ink"
          />
        </label>
        <p className="mt-2 text-small text-ink-2">
          Files that import it still name it as it was: the agent can put that right.
        </p>
        {problem === undefined ? null : <Notice className="mt-3">{problem}</Notice>}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="solid" disabled={!isName || isBusy} aria-busy={isBusy}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

const DeleteDialog = ({ view, path, blob, onClose }: File & { readonly onClose: () => void }) => {
  const api = useSessionApi();
  const { run, isBusy, problem } = useChange(view, onClose);
  return (
    <Dialog title="Delete the file?" onClose={onClose}>
      <p className="mt-3 text-small text-pretty text-ink-2">
        <span className="font-mono text-[0.8125rem] wrap-anywhere text-ink">{path}</span> goes from the app,
        as a commit. Undo brings it back.
      </p>
      {problem === undefined ? null : <Notice className="mt-3">{problem}</Notice>}
      <div className="mt-5 flex justify-end gap-2">
        <Button autoFocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          look="danger"
          disabled={isBusy}
          aria-busy={isBusy}
          onClick={() => void run(() => api.deleteFile(path, blob))}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
};
