import { useEffect, useRef, useState } from 'react';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { SessionView } from '../../../../projections/views.ts';
import { keepPicture } from '../../first/pictures.ts';
import type { Drafts } from '../../live/drafts.ts';
import { config } from '../../server/config.ts';
import { explain } from '../../server/problem.ts';
import { Notice } from '../../ui/notice.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { PreviewBar } from './preview-bar.tsx';
import { PreviewFrame } from './preview-frame.tsx';
import { PreviewOverlay } from './preview-overlay.tsx';
import { frameState, previewAddress, previewState } from './preview-state.ts';
import type { Device } from './sizes.ts';
import { useAppErrors } from './use-app-errors.ts';
import { useFrame } from './use-frame.ts';
import { usePicture } from './use-picture.ts';
import { useVersion } from './use-version.ts';

/** What the app may do inside its frame; it runs on its own origin, so `allow-same-origin` gives it only that one. */
const SANDBOX = 'allow-scripts allow-forms allow-same-origin allow-popups allow-modals allow-downloads';

type Props = {
  readonly view: SessionView | undefined;
  readonly turns: readonly TranscriptTurn[];
  readonly drafts: Drafts;
  /** Whether the page has no connection to the server now. */
  readonly isAway: boolean;
  readonly onWrite: (text: string) => void;
};

/** The running app. The dev server in the sandbox brings changes in by itself; a wake or a rebuild loads it anew. */
export const Preview = ({ view, turns, drafts, isAway, onWrite }: Props) => {
  const { value: settings, error } = useLoaded(config, 'config');
  const [path, setPath] = useState('/');
  const [device, setDevice] = useState<Device>({ name: 'full', rotated: false });
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState('');
  const element = useRef<HTMLIFrameElement>(null);

  const state = previewState(view);
  const root =
    settings === undefined || view === undefined || state !== 'up'
      ? undefined
      : previewAddress(settings.previewUrl, view.slug, '/');
  const address = root === undefined ? undefined : new URL(path, root).href;
  // A new frame instead of a new `src`: that one would add an entry to this page's own history.
  const shown = `${round}:${address ?? ''}:${useVersion(view, drafts)}`;
  const reload = (): void => setRound((count) => count + 1);
  useShortcut('r', reload);

  const noteError = useAppErrors(view, reload);
  const frame = useFrame(element, root === undefined ? undefined : new URL(root).origin, shown, {
    onError: noteError,
    onPicture: (url) => {
      if (view !== undefined) void keepPicture(view.sessionId, url);
    },
  });
  usePicture(view, frame);

  // An app that went away and came back is a new frame, and has yet to load.
  useEffect(() => {
    if (address === undefined) setLoaded('');
  }, [address]);
  const inFrame = frameState(frame, loaded === shown, isAway);
  // What the browser could not reach stays an error page of its own until it is asked for again.
  const hasSpoken = frame.place !== undefined;
  const wasUnreachable = useRef(false);
  useEffect(() => {
    if (inFrame === 'unreachable') wasUnreachable.current = true;
    else if (wasUnreachable.current && !isAway) {
      wasUnreachable.current = false;
      // The browser's own error page is loaded as well, and passes for an app that says nothing.
      if (!hasSpoken) setRound((count) => count + 1);
    }
  }, [inFrame, isAway, hasSpoken]);

  // Code comes in by itself; what the page holds of the data is what there was before.
  const isRestoring = view?.history.moving?.data === 'restored' || view?.fork?.parts.data.status === 'coming';
  const wasRestoring = useRef(false);
  useEffect(() => {
    if (wasRestoring.current && !isRestoring) setRound((count) => count + 1);
    wasRestoring.current = isRestoring;
  }, [isRestoring]);

  return (
    <div className="flex h-full min-h-0 flex-col">
      <PreviewBar
        path={frame.place?.path ?? path}
        address={root === undefined ? undefined : new URL(frame.place?.path ?? path, root).href}
        canGoBack={frame.place?.canGoBack ?? false}
        device={device}
        onPath={(next) => {
          setPath(next);
          reload();
        }}
        onBack={() => frame.say({ mk0r: 'back' })}
        onReload={() => {
          if (frame.place !== undefined) setPath(frame.place.path);
          reload();
        }}
        onDevice={setDevice}
      />
      {error === undefined || settings !== undefined ? null : (
        <Notice className="m-3">{explain(error)}</Notice>
      )}
      <PreviewFrame device={device}>
        {address === undefined ? null : (
          <iframe
            key={shown}
            ref={element}
            title="Preview"
            src={address}
            sandbox={SANDBOX}
            referrerPolicy="no-referrer"
            allow="clipboard-write"
            onLoad={() => setLoaded(shown)}
            className="size-full border-0 bg-surface"
          />
        )}
        <PreviewOverlay
          state={state === 'up' ? inFrame : state}
          view={view}
          turns={turns}
          onReload={reload}
          onWrite={onWrite}
        />
      </PreviewFrame>
    </div>
  );
};
