import { ArrowLeft } from 'lucide-react';
import { explain } from '../../server/problem.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Diff } from '../../ui/diff.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';

/** What one commit changed, file by file. */
export const CommitDiffView = ({
  sha,
  title,
  onBack,
}: {
  readonly sha: string;
  readonly title: string | undefined;
  readonly onBack: () => void;
}) => {
  const api = useSessionApi();
  const diff = useLoaded((signal) => api.diff(sha, signal), sha);
  return (
    <div className="p-5" aria-busy={diff.loading}>
      <div className="flex items-start gap-2">
        <IconButton label="Back to all files" onClick={onBack} className="-ml-2">
          <ArrowLeft className="size-4" />
        </IconButton>
        <div className="min-w-0">
          <h2 className="text-lg font-semibold tracking-tight wrap-anywhere">{title ?? 'Changes'}</h2>
          <p className="font-mono text-[0.75rem] text-ink-3">{sha.slice(0, 12)}</p>
        </div>
      </div>
      {diff.error === undefined ? null : (
        <Notice
          className="mt-3"
          action={
            <Button small onClick={diff.reload}>
              Try again
            </Button>
          }
        >
          {explain(diff.error)}
        </Notice>
      )}
      <div className="mt-4 space-y-3">
        {diff.value?.files.map(({ path, status, patch }) => (
          <details key={path} open className="overflow-clip rounded-xl border border-line">
            <summary className="flex h-9 items-center gap-3 px-3 text-small hover:bg-sunken focus-visible:-outline-offset-2">
              <span className="min-w-0 flex-1 truncate font-mono text-[0.75rem]">{path}</span>
              <span className="text-ink-3">{status}</span>
            </summary>
            <Diff path={path} patch={patch} className="max-h-[32rem] border-t border-line" />
          </details>
        ))}
      </div>
    </div>
  );
};
