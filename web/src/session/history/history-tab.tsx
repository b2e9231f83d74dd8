import type { SessionView } from '../../../../projections/views.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Notice } from '../../ui/notice.tsx';
import { ago, useNow } from '../../ui/time.ts';
import { ChangedFiles } from '../changed-files.tsx';
import { HistoryButtons, whyNoMove } from '../history-buttons.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { type Entry, entries, type Place } from './lines.ts';

const DOTS: Readonly<Record<Place, string>> = {
  here: 'bg-alive ring-4 ring-alive-soft',
  behind: 'bg-ink',
  ahead: 'border-2 border-control bg-surface',
  aside: 'border-2 border-dashed border-control bg-surface',
};
const WORDS: Readonly<Record<Place, string>> = {
  here: 'You are here',
  behind: '',
  ahead: 'Undone; redo leads here',
  aside: 'On another branch',
};

type RowProps = {
  readonly place: Place;
  readonly title: string;
  readonly last: boolean;
  readonly children: React.ReactNode;
  readonly actions: React.ReactNode;
};

const Row = ({ place, title, last, children, actions }: RowProps) => (
  <li
    aria-current={place === 'here' ? 'step' : undefined}
    className="relative flex gap-x-4 pb-5 max-sm:flex-wrap"
  >
    {last ? null : (
      <span
        aria-hidden="true"
        className="absolute top-5 bottom-[-0.25rem] left-[5.5px] w-px bg-line-strong"
      />
    )}
    <span aria-hidden="true" className={cx('relative mt-1.5 size-3 shrink-0 rounded-full', DOTS[place])} />
    <div className="min-w-0 flex-1">
      <h3
        className={cx('font-medium wrap-anywhere', (place === 'ahead' || place === 'aside') && 'text-ink-2')}
      >
        {title}
      </h3>
      <p className="flex flex-wrap items-center gap-x-3 text-small text-ink-3">{children}</p>
    </div>
    <div className="flex shrink-0 items-start gap-1 max-sm:mt-1.5 max-sm:w-full max-sm:flex-row-reverse max-sm:justify-end max-sm:pl-7">
      {actions}
    </div>
  </li>
);

const CommitRow = ({
  entry: { commit, place },
  now,
  onJump,
  onShow,
  obstacle,
}: {
  readonly entry: Entry;
  readonly now: number;
  readonly onJump: () => void;
  readonly onShow: () => void;
  readonly obstacle: string | undefined;
}) => (
  <Row
    place={place}
    title={commit.title}
    last={false}
    actions={
      <>
        <Button small look="quiet" onClick={onShow}>
          Changes
        </Button>
        {place === 'here' ? null : (
          <Button small disabled={obstacle !== undefined} title={obstacle} onClick={onJump}>
            Jump here
          </Button>
        )}
      </>
    }
  >
    {WORDS[place] === '' ? null : (
      <span className={place === 'here' ? 'font-medium text-alive' : ''}>{WORDS[place]}</span>
    )}
    <time dateTime={commit.at}>{ago(commit.at, now)}</time>
    <ChangedFiles changed={commit.changed} />
    <code className="font-mono text-[0.75rem]">{commit.sha.slice(0, 7)}</code>
    {commit.pushed ? null : <span>not pushed yet</span>}
  </Row>
);

/** Every turn that changed code, as a place to go back to. A move never deletes anything. */
export const HistoryTab = ({
  view,
  onShowCommit,
}: {
  readonly view: SessionView;
  readonly onShowCommit: (sha: string) => void;
}) => {
  const api = useSessionApi();
  const jump = useCommand((sha: string) => api.move({ sha }));
  const now = useNow(30_000);
  const { history } = view;
  const obstacle = whyNoMove(view) ?? (jump.busy ? 'Code is being moved' : undefined);
  const atRoot = history.at === history.root;
  return (
    <div className="mx-auto max-w-2xl p-5">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h2 className="text-lg font-semibold tracking-tight">History</h2>
          <p className="mt-0.5 text-small text-pretty text-ink-2">
            Moving changes the code only. What your app has stored in its database is kept, and no version is
            ever deleted.
          </p>
        </div>
        <div className="min-[900px]:hidden">
          <HistoryButtons view={view} />
        </div>
      </div>
      <p role="status" className="min-h-5 pt-1 text-small text-wait">
        {history.moving === undefined ? '' : 'Moving the code'}
      </p>
      {jump.problem === undefined ? null : <Notice className="mb-3">{jump.problem}</Notice>}
      <ol className="mt-3">
        {entries(history).map((entry) => (
          <CommitRow
            key={entry.commit.sha}
            entry={entry}
            now={now}
            obstacle={obstacle}
            onJump={() => void jump.run(entry.commit.sha)}
            onShow={() => onShowCommit(entry.commit.sha)}
          />
        ))}
        {history.root === '' ? null : (
          <Row
            last
            place={atRoot ? 'here' : 'behind'}
            title="The empty template"
            actions={
              atRoot ? null : (
                <Button
                  small
                  disabled={obstacle !== undefined}
                  title={obstacle}
                  onClick={() => void jump.run(history.root)}
                >
                  Jump here
                </Button>
              )
            }
          >
            {atRoot ? <span className="font-medium text-alive">You are here</span> : null}
            Where every app begins
          </Row>
        )}
      </ol>
    </div>
  );
};
