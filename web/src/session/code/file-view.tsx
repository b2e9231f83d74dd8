import { explain } from '../../server/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { useSessionApi } from '../session-api.ts';

/** One file with its line numbers, as text. */
export const FileView = ({ path, moment }: { readonly path: string; readonly moment: string }) => {
  const api = useSessionApi();
  const file = useLoaded((signal) => api.file(path, signal), `${moment}:${path}`);
  const { copied, copy } = useCopy();
  const content = file.value?.path === path ? file.value : undefined;
  const lines = content?.content.replace(/\n$/, '').split('\n') ?? [];
  return (
    <section aria-label={path} aria-busy={file.loading} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex h-10 shrink-0 items-center justify-between gap-3 border-b border-line pr-2 pl-4">
        <h2 className="truncate font-mono text-[0.8125rem]">{path}</h2>
        {content === undefined ? null : (
          <Button small look="quiet" onClick={() => copy(content.content)}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </div>
      {file.error === undefined ? null : <Notice className="m-3">{explain(file.error)}</Notice>}
      {content?.truncated === true ? (
        <p className="border-b border-line px-4 py-1.5 text-small text-wait">
          Only the beginning is shown: the file is large.
        </p>
      ) : null}
      <Scroll label="Content" className="min-h-0 flex-1 py-2 font-mono text-[0.8125rem] leading-5">
        <div className="flex w-max min-w-full">
          <pre aria-hidden="true" className="pr-4 pl-4 text-right text-ink-3 select-none tabular">
            {lines.map((_, index) => index + 1).join('\n')}
          </pre>
          <pre className="pr-6">{lines.join('\n')}</pre>
        </div>
      </Scroll>
    </section>
  );
};
