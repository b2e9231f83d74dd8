import { lazy, type ReactNode, Suspense } from 'react';
import type { SessionView } from '../../../projections/views.ts';
import type { Sync } from '../live/sync.ts';
import { Tabs } from '../ui/tabs.tsx';
import { HistoryButtons } from './history-buttons.tsx';
import { type PaneId, WORK_PANES } from './panes.tsx';
import { Preview } from './preview/preview.tsx';
import { NoBackend } from './quick/make-full.tsx';

const HistoryTab = lazy(async () => ({ default: (await import('./history/history-tab.tsx')).HistoryTab }));
const BackendTab = lazy(async () => ({ default: (await import('./backend/backend-tab.tsx')).BackendTab }));
const CodeTab = lazy(async () => ({ default: (await import('./code/code-tab.tsx')).CodeTab }));
const OldVersion = lazy(async () => ({ default: (await import('./preview/old-version.tsx')).OldVersion }));
const EventsTab = lazy(async () => ({ default: (await import('./events/events-tab.tsx')).EventsTab }));

type Props = {
  readonly hidden: boolean;
  readonly narrow: boolean;
  readonly pane: PaneId;
  readonly onPane: (pane: PaneId) => void;
  readonly view: SessionView | undefined;
  readonly sync: Sync;
  readonly commit: string | undefined;
  readonly onCommit: (sha: string | undefined) => void;
  readonly onShowCommit: (sha: string) => void;
  readonly isAway: boolean;
  /** An older version that is looked at in place of the app. */
  readonly version: string | undefined;
  readonly onVersion: (sha: string | undefined) => void;
  /** Puts text where the visitor writes. */
  readonly onWrite: (text: string) => void;
};

const heavy = (pane: PaneId, view: SessionView, props: Props): ReactNode => {
  switch (pane) {
    case 'history':
      return <HistoryTab view={view} onShowCommit={props.onShowCommit} onPreview={props.onVersion} />;
    case 'backend':
      if (view.mode !== undefined) return <NoBackend view={view} />;
      return <BackendTab view={view} />;
    case 'code':
      return <CodeTab view={view} commit={props.commit} onCommit={props.onCommit} />;
    case 'events':
      return <EventsTab sync={props.sync} />;
    default:
      return null;
  }
};

/** The right side. The preview stays mounted behind the other tabs, so that the app in it is never reloaded. */
export const WorkArea = (props: Props) => {
  const { hidden, narrow, pane, onPane, view, version } = props;
  const isOld = version !== undefined && view !== undefined && view.phase === 'ready';
  return (
    <div hidden={hidden} className="min-w-0 flex-1 border-line bg-surface min-[900px]:border-l">
      <div className="flex h-full min-h-0 flex-col">
        {narrow ? null : (
          <div className="flex h-11 shrink-0 items-center justify-between border-b border-line pr-2 pl-1.5">
            <Tabs label="Work area" tabs={WORK_PANES} active={pane} onSelect={onPane} />
            {view === undefined ? null : <HistoryButtons view={view} />}
          </div>
        )}
        <div
          id="pane-preview"
          role="tabpanel"
          aria-labelledby="tab-preview"
          hidden={pane !== 'preview'}
          className="min-h-0 flex-1"
        >
          <div hidden={isOld} className="h-full">
            <Preview
              view={view}
              turns={props.sync.views?.transcript.turns ?? []}
              drafts={props.sync.drafts}
              isAway={props.isAway}
              onWrite={props.onWrite}
            />
          </div>
          {isOld ? (
            <Suspense fallback={<p className="p-5 text-small text-ink-3">Loading</p>}>
              <OldVersion
                key={version}
                view={view}
                sha={version}
                onClose={() => props.onVersion(undefined)}
              />
            </Suspense>
          ) : null}
        </div>
        {pane === 'preview' || pane === 'chat' || view === undefined ? null : (
          <div
            key={pane}
            id={`pane-${pane}`}
            role="tabpanel"
            aria-labelledby={`tab-${pane}`}
            className="min-h-0 flex-1 overflow-y-auto overscroll-contain"
          >
            <Suspense fallback={<p className="p-5 text-small text-ink-3">Loading</p>}>
              {heavy(pane, view, props)}
            </Suspense>
          </div>
        )}
      </div>
    </div>
  );
};
