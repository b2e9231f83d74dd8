import { lazy, Suspense, useEffect } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { ApiProblem, explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';
import { Conflict } from './conflict.tsx';
import { dropDraft, setDraft, useDraft } from './drafts.ts';
import { FileActions } from './file-actions.tsx';
import { type Saving, useSave } from './use-save.ts';

const CodeEditor = lazy(async () => ({
  default: (await import('./editor/code-editor.tsx')).CodeEditor,
}));

const size = (bytes: number): string =>
  bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000).toLocaleString()} kB`;

const SAYS: Readonly<Record<Saving['is'], string>> = {
  idle: '',
  waiting: 'Will be saved when the agent has finished',
  asking: 'Saving',
  saving: 'Saving',
  saved: 'Saved, as a commit',
  conflict: '',
  refused: '',
};

const isNotThere = (error: unknown): boolean => error instanceof ApiProblem && error.code === 'unknown_file';

/** One file: read, and edited in place where it is text. Saved, it is a commit like any other. */
export const FileView = ({
  view,
  path,
  at,
  line,
  onRenamed,
}: {
  readonly view: SessionView;
  readonly path: string;
  /** The commit it is read at. */
  readonly at: string;
  readonly line?: number | undefined;
  readonly onRenamed: (to: string) => void;
}) => {
  const api = useSessionApi();
  const { sessionId } = view;
  const file = useLoaded((signal) => api.file(path, at, signal), `${at}:${path}`);
  const draft = useDraft(sessionId, path);
  const { saving, start, overwrite, forget } = useSave(view, path, draft);
  const { copied, copy } = useCopy();

  const content = file.value?.path === path ? file.value : undefined;
  const isNew = content === undefined && isNotThere(file.error);
  const there = content?.oid ?? null;
  const isText = isNew || (content !== undefined && !content.binary && !content.truncated && !content.link);
  const text = draft?.text ?? content?.content ?? '';
  const isBusy = saving.is === 'asking' || saving.is === 'saving';
  const isSaved = saving.is === 'saved' && draft?.text === saving.text;
  const hasMoved = draft !== undefined && content !== undefined && draft.base !== there;
  const inConflict =
    draft !== undefined && (saving.is === 'conflict' || (hasMoved && !isBusy && saving.is !== 'saved'));

  useEffect(() => {
    if (saving.is !== 'saved' || draft === undefined || content?.content !== saving.text) return;
    // What was typed since is of the next save.
    if (draft.text === saving.text) dropDraft(sessionId, path);
    else if (draft.base !== content.oid) setDraft(sessionId, path, { text: draft.text, base: content.oid });
  }, [saving, draft, content, sessionId, path]);

  const type = (next: string): void => {
    if (next === text) return;
    if (saving.is === 'refused' || (saving.is === 'saved' && draft === undefined)) forget();
    if (next === content?.content && draft?.base === there) dropDraft(sessionId, path);
    else setDraft(sessionId, path, { text: next, base: draft === undefined ? there : draft.base });
  };
  const discard = (): void => {
    dropDraft(sessionId, path);
    forget();
  };

  return (
    <section
      aria-label={path}
      aria-busy={file.loading || isBusy}
      className="flex min-h-0 min-w-0 flex-1 flex-col"
    >
      <div className="flex h-10 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
        <h2 className="min-w-0 flex-1 truncate font-mono text-[0.8125rem]">
          {path}
          {draft === undefined || isSaved ? null : <span className="text-ink-3"> · edited</span>}
        </h2>
        <p role="status" className="truncate text-small text-ink-3">
          {view.mode === undefined ? SAYS[saving.is] : 'Changed in the chat'}
        </p>
        {content === undefined || draft !== undefined ? null : (
          <Button small look="quiet" onClick={() => copy(content.content)}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
        {content === undefined || draft !== undefined || content.link || view.mode !== undefined ? null : (
          <FileActions view={view} path={path} blob={content.oid} onRenamed={onRenamed} />
        )}
        {draft === undefined || isSaved ? null : (
          <>
            <Button small look="quiet" disabled={isBusy} onClick={discard}>
              Discard
            </Button>
            <Button
              small
              look="solid"
              disabled={isBusy || inConflict || saving.is === 'waiting'}
              aria-busy={isBusy}
              title="Ctrl+S or ⌘S"
              onClick={start}
            >
              Save
            </Button>
          </>
        )}
      </div>
      {file.error === undefined || isNew ? null : (
        <Notice
          className="m-3"
          action={
            <Button small onClick={file.reload}>
              Try again
            </Button>
          }
        >
          {explain(file.error)}
        </Notice>
      )}
      {saving.is === 'refused' ? <Notice className="m-3">{saving.why}</Notice> : null}
      {content === undefined || isText ? null : (
        <p className="m-4 text-small text-ink-2">
          {content.link
            ? `A link to ${content.content}. Links are followed nowhere here.`
            : content.binary
              ? `Not text: ${size(content.size)}. It comes along in the download.`
              : `${size(content.size)}: too large to be edited here. This is its beginning.`}
        </p>
      )}
      {inConflict && draft !== undefined ? (
        <Conflict
          path={path}
          theirs={content}
          mine={draft.text}
          onChange={type}
          onTakeTheirs={discard}
          onKeepMine={() => {
            setDraft(sessionId, path, { text: draft.text, base: there });
            overwrite(there);
          }}
        />
      ) : (isText && (content !== undefined || isNew)) || content?.truncated === true ? (
        <div className="min-h-0 flex-1">
          <Suspense
            fallback={<pre className="p-4 font-mono text-[0.8125rem] leading-5">{text.slice(0, 4_000)}</pre>}
          >
            <CodeEditor
              name={path}
              label={isText && view.mode === undefined ? `Edit ${path}` : path}
              value={text}
              readOnly={!isText || view.mode !== undefined}
              line={line}
              onChange={type}
              onSave={() => {
                if (draft !== undefined && !isBusy) start();
              }}
            />
          </Suspense>
        </div>
      ) : null}
    </section>
  );
};
