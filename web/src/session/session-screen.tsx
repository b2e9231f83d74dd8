import { useEffect, useMemo, useState } from 'react';
import { useSession } from '../live/use-session.ts';
import { NotFound } from '../not-found.tsx';
import { replaceQuery, useQuery } from '../routing/router.ts';
import { ApiProblem, explain } from '../server/problem.ts';
import { sessionApi } from '../server/session.ts';
import { Notice } from '../ui/notice.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { useNarrow } from '../ui/use-narrow.ts';
import { Announcer } from './announcer.tsx';
import { Chat, type Handed } from './chat/chat.tsx';
import { Header } from './header.tsx';
import { PaneBar, type PaneId } from './panes.tsx';
import { SessionApiContext } from './session-api.ts';
import { SessionKeys } from './session-keys.tsx';
import { WorkArea } from './work-area.tsx';

const refusal = (error: unknown): string | undefined =>
  error instanceof ApiProblem && (error.status === 404 || error.code === 'session_key_wrong')
    ? explain(error)
    : undefined;

/** One session: the conversation on the left, what comes of it on the right; on a phone one of them at a time. */
export const SessionScreen = ({ sessionId }: { readonly sessionId: string }) => {
  const api = useMemo(() => sessionApi(sessionId), [sessionId]);
  const snapshot = useSession(sessionId);
  const access = useLoaded(api.view, sessionId);
  const narrow = useNarrow();
  const [pane, setPane] = useState<PaneId>('chat');
  const [commit, setCommit] = useState<string>();
  const [handed, setHanded] = useState<Handed>();
  // In the address, so that it is there again after a reload.
  const version = new URLSearchParams(useQuery()).get('version') ?? undefined;

  const view = snapshot.sync.views?.view ?? access.value;
  const title = view?.title;
  useEffect(() => {
    document.title = title === undefined || title === '' ? 'mk0r' : `${title} · mk0r`;
  }, [title]);

  const refused = refusal(access.error) ?? (snapshot.sync.phase === 'gone' ? explain(GONE) : undefined);
  if (refused !== undefined) {
    const deleted = view?.phase === 'closing' || view?.phase === 'closed';
    return (
      <NotFound
        sentence={deleted ? 'This app was deleted. Nothing of it is left.' : refused}
        isElsewhere={!deleted}
      />
    );
  }

  const showCommit = (sha: string): void => {
    setCommit(sha);
    setPane('code');
  };
  const lookAt = (sha: string | undefined): void => {
    const query = new URLSearchParams(location.search);
    if (sha === undefined) query.delete('version');
    else query.set('version', sha);
    replaceQuery(query);
    setPane('preview');
  };
  const write = (text: string): void => {
    setHanded({ text });
    setPane((before) => (narrow ? 'chat' : before));
  };
  const shown: PaneId = !narrow && pane === 'chat' ? 'preview' : pane;

  return (
    <SessionApiContext value={api}>
      <div className="flex h-dvh flex-col overflow-hidden">
        <Header snapshot={snapshot} view={view} />
        {view === undefined && access.error !== undefined ? (
          <Notice className="m-3">{explain(access.error)} This page keeps trying.</Notice>
        ) : null}
        <main className="flex min-h-0 flex-1">
          <div
            id="pane-chat"
            {...(narrow ? { role: 'tabpanel', 'aria-labelledby': 'tab-chat' } : {})}
            hidden={narrow && shown !== 'chat'}
            className="h-full min-w-0 max-[899px]:flex-1 min-[900px]:w-[clamp(21rem,32vw,29rem)]"
          >
            <Chat sync={snapshot.sync} handed={handed} onShowCommit={showCommit} />
          </div>
          <WorkArea
            hidden={narrow && shown === 'chat'}
            narrow={narrow}
            pane={shown}
            onPane={setPane}
            view={view}
            sync={snapshot.sync}
            commit={commit}
            onCommit={setCommit}
            onShowCommit={showCommit}
            isAway={snapshot.sync.phase === 'away' && snapshot.link.attempt > 0}
            version={version !== undefined && /^[0-9a-f]{40}$/.test(version) ? version : undefined}
            onVersion={lookAt}
            onWrite={write}
          />
        </main>
        <SessionKeys onPane={(next) => (next !== 'chat' || narrow) && setPane(next)} />
        {narrow ? <PaneBar pane={shown} onPane={setPane} /> : null}
        <Announcer sync={snapshot.sync} />
      </div>
    </SessionApiContext>
  );
};

const GONE = new ApiProblem(404, 'session_not_found', 'There is no such session.');
