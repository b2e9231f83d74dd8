import { Eye, GitFork } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { CommitView } from '../../../../projections/history-views.ts';
import type { SessionView } from '../../../../projections/views.ts';
import { IconButton } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { ago, useNow } from '../../ui/time.ts';
import { ChangedFiles } from '../changed-files.tsx';
import { HistoryButtons, whyNoMove } from '../history-buttons.tsx';
import { ForkDialog } from './fork-dialog.tsx';
import { Graph, graphWidth, ROW } from './graph.tsx';
import { lanesOf } from './lanes.ts';
import { entries, type Place } from './lines.ts';
import { MoveDialog } from './move-dialog.tsx';
import { versionTitle } from './versions.ts';

const WORDS: Readonly<Record<Place, string>> = {
  here: 'You are here',
  behind: '',
  ahead: 'Undone; redo leads here',
  aside: 'On another branch',
};

type RowProps = {
  readonly title: string;
  readonly place: Place;
  readonly commit: CommitView | undefined;
  readonly data: 'kept' | 'given up' | 'none';
  /** A quick page has nowhere to be pushed to. */
  readonly isPushed: boolean;
  readonly now: number;
  /** What stands in place of when it was made, where it was made elsewhere. */
  readonly origin: string;
  readonly onOpen: () => void;
  /** Absent where there is nothing to fork. */
  readonly onFork: (() => void) | undefined;
  /** Absent for the one that is in the preview anyway. */
  readonly onPreview: (() => void) | undefined;
};

const DATA: Readonly<Record<RowProps['data'], string>> = {
  kept: 'data kept',
  'given up': 'data no longer kept',
  none: '',
};

const Row = ({ title, place, commit, data, isPushed, now, origin, onOpen, onFork, onPreview }: RowProps) => (
  <li
    aria-current={place === 'here' ? 'step' : undefined}
    style={{ height: ROW }}
    className="flex items-center gap-1"
  >
    <button
      type="button"
      data-version
      className="flex h-full min-w-0 flex-1 flex-col justify-center rounded-xl px-3 text-left transition-colors hover:bg-sunken"
      onClick={onOpen}
    >
      <span
        className={cx(
          'block w-full truncate font-medium',
          (place === 'ahead' || place === 'aside') && 'text-ink-2',
        )}
      >
        {title}
      </span>
      <span className="flex w-full items-center gap-x-2.5 overflow-hidden text-small whitespace-nowrap text-ink-3">
        {WORDS[place] === '' ? null : (
          <span className={place === 'here' ? 'font-medium text-alive' : ''}>{WORDS[place]}</span>
        )}
        {commit === undefined ? (
          <span className="truncate">{origin}</span>
        ) : (
          <>
            <time dateTime={commit.at}>{ago(commit.at, now)}</time>
            <ChangedFiles changed={commit.changed} brief />
            <code className="font-mono text-[0.75rem]">{commit.sha.slice(0, 7)}</code>
            {commit.pushed || !isPushed ? null : <span>not pushed yet</span>}
          </>
        )}
        {DATA[data] === '' ? null : <span>{DATA[data]}</span>}
      </span>
    </button>
    {onPreview === undefined ? null : (
      <IconButton label={`Preview “${title}”`} onClick={onPreview}>
        <Eye aria-hidden="true" className="size-4" />
      </IconButton>
    )}
    {onFork === undefined ? null : (
      <IconButton label={`Fork “${title}”`} onClick={onFork}>
        <GitFork aria-hidden="true" className="size-4" />
      </IconButton>
    )}
  </li>
);

/** Up and down through the list, as in any list: Tab leads out of it. */
const walk = (event: KeyboardEvent<HTMLOListElement>): void => {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-version]')];
  const at = rows.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || at === -1) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, to))]?.focus();
};

/** What the app was before it had a backend: to be read. They are in its repository, below its first commit. */
const PageVersions = ({
  commits,
  now,
  onShow,
}: {
  readonly commits: readonly CommitView[];
  readonly now: number;
  readonly onShow: (sha: string) => void;
}) => (
  <section aria-labelledby="page-versions" className="mt-8 border-t border-line pt-5">
    <h3 id="page-versions" className="font-medium">
      The quick page it was before
    </h3>
    <p className="mt-0.5 text-small text-pretty text-ink-2">
      These versions are in the repository too, and the last one is in quick/index.html. The app does not go
      back to them.
    </p>
    <ol className="mt-2">
      {commits.toReversed().map((commit) => (
        <li key={commit.sha}>
          <button
            type="button"
            className="flex w-full flex-col rounded-xl px-3 py-2 text-left transition-colors hover:bg-sunken"
            onClick={() => onShow(commit.sha)}
          >
            <span className="block w-full truncate font-medium">{commit.title}</span>
            <span className="flex gap-x-2.5 text-small text-ink-3">
              <time dateTime={commit.at}>{ago(commit.at, now)}</time>
              <code className="font-mono text-[0.75rem]">{commit.sha.slice(0, 7)}</code>
            </span>
          </button>
        </li>
      ))}
    </ol>
  </section>
);

/** Every version as a tree, each a place to go to, with its data or without. A move never deletes anything. */
export const HistoryTab = ({
  view,
  onShowCommit,
  onPreview,
}: {
  readonly view: SessionView;
  readonly onShowCommit: (sha: string) => void;
  readonly onPreview: (sha: string) => void;
}) => {
  const now = useNow(30_000);
  const [opened, setOpened] = useState<string>();
  const [forking, setForking] = useState<string>();
  const { history, fork } = view;
  const lanes = lanesOf(history);
  const placed = new Map(entries(history).map(({ commit, place }) => [commit.sha, place]));
  const commits = new Map(history.commits.map((commit) => [commit.sha, commit]));
  const placeOf = (sha: string): Place => placed.get(sha) ?? (sha === history.at ? 'here' : 'behind');
  const dataOf = (sha: string): RowProps['data'] => {
    if (history.checkpoints.some((checkpoint) => checkpoint.sha === sha)) return 'kept';
    return history.givenUp.includes(sha) ? 'given up' : 'none';
  };
  const isForked = fork !== undefined && history.root === fork.commit;
  const titleOf = (sha: string): string => versionTitle(view, sha);
  // A quick page has no sandbox to show another version in, and no backend to fork.
  const isFull = view.mode === undefined;
  const beginning = isFull ? 'Where every app begins' : 'Where every page begins';
  const origin = isForked ? `Forked from ${fork.title}` : beginning;
  return (
    <div className="mx-auto max-w-2xl p-5">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h2 className="text-lg font-semibold tracking-tight">History</h2>
          <p className="mt-0.5 text-small text-pretty text-ink-2">
            {isFull
              ? 'Choose a version to see what going there would change. Your data can stay as it is or go along, and nothing is ever deleted by it. Or look at it first, or begin another app with it.'
              : 'Choose a version to see what going there would change. Nothing is ever deleted by it.'}
          </p>
        </div>
        <div className="min-[900px]:hidden">
          <HistoryButtons view={view} />
        </div>
      </div>
      <p role="status" className="min-h-5 pt-1 text-small text-wait">
        {history.moving === undefined
          ? ''
          : history.moving.data === 'restored'
            ? 'Moving the code and restoring the data'
            : 'Moving the code'}
      </p>
      {history.root === '' ? null : (
        <div className="relative mt-3">
          <Graph lanes={lanes} placeOf={placeOf} />
          <ol style={{ paddingLeft: graphWidth(lanes.width) }} onKeyDown={walk}>
            {lanes.spots.map(({ sha }) => (
              <Row
                key={sha}
                title={titleOf(sha)}
                place={placeOf(sha)}
                commit={commits.get(sha)}
                data={dataOf(sha)}
                isPushed={view.mode === undefined}
                now={now}
                origin={origin}
                onOpen={() => setOpened(sha)}
                onFork={isFull ? () => setForking(sha) : undefined}
                onPreview={isFull && sha !== history.at ? () => onPreview(sha) : undefined}
              />
            ))}
          </ol>
        </div>
      )}
      {history.before === undefined ? null : (
        <PageVersions commits={history.before} now={now} onShow={onShowCommit} />
      )}
      {forking === undefined ? null : (
        <ForkDialog
          history={history}
          sha={forking}
          title={titleOf(forking)}
          onClose={() => setForking(undefined)}
        />
      )}
      {opened === undefined ? null : (
        <MoveDialog
          history={history}
          hasData={isFull}
          sha={opened}
          title={titleOf(opened)}
          obstacle={whyNoMove(view)}
          onShow={commits.has(opened) ? () => onShowCommit(opened) : undefined}
          onClose={() => setOpened(undefined)}
        />
      )}
    </div>
  );
};
