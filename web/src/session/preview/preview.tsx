import { useEffect, useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { config } from '../../server/config.ts';
import { explain } from '../../server/problem.ts';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { PreviewBar } from './preview-bar.tsx';
import { PreviewFrame } from './preview-frame.tsx';
import { PreviewOverlay } from './preview-overlay.tsx';
import { previewAddress, previewState } from './preview-state.ts';

/** What the app may do inside its frame; it runs on its own origin, so `allow-same-origin` gives it only that one. */
const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-modals allow-downloads';

/** The running app. The dev server in the sandbox brings changes in by itself; a wake or a rebuild loads it anew. */
export const Preview = ({ view }: { readonly view: SessionView | undefined }) => {
  const { value: settings, error } = useLoaded(config, 'config');
  const [path, setPath] = useState('/');
  const [phone, setPhone] = useState(false);
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState('');

  const state = previewState(view);
  const address =
    settings === undefined || view === undefined || state !== 'up'
      ? undefined
      : previewAddress(settings.previewUrl, view.slug, path);
  // A new frame instead of a new `src`: that one would add an entry to this page's own history.
  const frame = `${round}:${address ?? ''}`;
  // An app that went away and came back is a new frame, and has yet to load.
  useEffect(() => {
    if (address === undefined) setLoaded('');
  }, [address]);
  const reload = (): void => setRound((count) => count + 1);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <PreviewBar
        path={path}
        address={address}
        phone={phone}
        onPath={(next) => {
          setPath(next);
          reload();
        }}
        onReload={reload}
        onPhone={setPhone}
      />
      {error === undefined || settings !== undefined ? null : (
        <Notice className="m-3">{explain(error)}</Notice>
      )}
      <PreviewFrame phone={phone}>
        {address === undefined ? null : (
          <iframe
            key={frame}
            title="Preview"
            src={address}
            sandbox={SANDBOX}
            referrerPolicy="no-referrer"
            allow="clipboard-write"
            onLoad={() => setLoaded(frame)}
            className="size-full border-0 bg-surface"
          />
        )}
        <PreviewOverlay state={state} view={view} loaded={loaded === frame} onReload={reload} />
      </PreviewFrame>
    </div>
  );
};
