import { useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import type { Clone } from '../../server/types.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { clock } from '../../ui/time.ts';
import { useCopy } from '../../ui/use-copy.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';

/** The way out: the code with all its commits, on the visitor's own machine. */
export const RepositoryPanel = ({ view }: { readonly view: SessionView }) => {
  const api = useSessionApi();
  const [clone, setClone] = useState<Clone>();
  const { copied, copy } = useCopy();
  const ask = useCommand(async () => setClone(await api.clone()));
  const { commits } = view.history;
  const facts = view.services.find(({ service }) => service === 'github')?.facts ?? {};
  const address = Object.values(facts).find((value) => value.startsWith('https://'));
  const pushed = commits.filter((commit) => commit.pushed).length;
  return (
    <section aria-label="Repository">
      <h2 className="mb-2 text-lg font-semibold tracking-tight">Repository</h2>
      <p className="text-small text-ink-2">
        {commits.length === 0
          ? 'No commits yet beyond the template. Every turn that changes code makes one, and every file you save.'
          : `${commits.length} ${commits.length === 1 ? 'commit' : 'commits'}, ${pushed} pushed. The repository is private to this session.`}
      </p>
      {address === undefined ? null : (
        <p className="mt-2 text-small">
          <a
            href={address}
            target="_blank"
            rel="noreferrer noopener"
            className="wrap-anywhere text-alive underline underline-offset-2"
          >
            {address}
          </a>
        </p>
      )}
      {ask.problem === undefined ? null : <Notice className="mt-3">{ask.problem}</Notice>}
      {clone === undefined ? (
        <Button className="mt-4" disabled={ask.busy} aria-busy={ask.busy} onClick={() => void ask.run()}>
          Get a clone command
        </Button>
      ) : (
        <div className="mt-4">
          <div className="flex items-center gap-2 rounded-xl border border-line bg-sunken py-1.5 pr-1.5 pl-4">
            <code className="min-w-0 flex-1 overflow-x-auto font-mono text-[0.8125rem] whitespace-nowrap">
              {clone.command}
            </code>
            <Button small onClick={() => copy(clone.command)}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          </div>
          <p className="mt-2 text-small text-ink-3">
            It holds a credential for this one repository, valid until {clock(clone.expiresAt)}.
          </p>
        </div>
      )}
    </section>
  );
};
