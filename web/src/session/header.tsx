import { MonitorSmartphone, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SessionView } from '../../../projections/views.ts';
import type { Snapshot } from '../live/connection.ts';
import { IconButton } from '../ui/button.tsx';
import { ThemeButton } from '../ui/theme-button.tsx';
import { Wordmark } from '../ui/wordmark.tsx';
import { ConnectionState } from './connection-state.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { DeviceDialog } from './device-dialog.tsx';

export const Header = ({
  snapshot,
  view,
}: {
  readonly snapshot: Snapshot;
  readonly view: SessionView | undefined;
}) => {
  const [deleting, setDeleting] = useState(false);
  const [sharing, setSharing] = useState(false);
  const erasable = view !== undefined && view.phase !== 'closing' && view.phase !== 'closed';
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line bg-canvas pr-2 pl-4">
      <Wordmark />
      <h1 className="min-w-0 flex-1 truncate border-l border-line-strong pl-3 text-small font-medium text-ink-2">
        {view === undefined ? ' ' : view.title || 'New app'}
      </h1>
      <ConnectionState snapshot={snapshot} />
      <div className="flex items-center">
        <IconButton label="Open on another device" disabled={!erasable} onClick={() => setSharing(true)}>
          <MonitorSmartphone className="size-4" />
        </IconButton>
        <IconButton label="Delete this app" disabled={!erasable} onClick={() => setDeleting(true)}>
          <Trash2 className="size-4" />
        </IconButton>
        <ThemeButton />
      </div>
      {sharing ? <DeviceDialog onClose={() => setSharing(false)} /> : null}
      {deleting && view !== undefined ? (
        <DeleteDialog view={view} onClose={() => setDeleting(false)} />
      ) : null}
    </header>
  );
};
