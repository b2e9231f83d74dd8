import { GitFork } from 'lucide-react';
import type { ReactNode } from 'react';
import { isGoneForGood } from '../../../domain/session/fork-errors.ts';
import type { ForkView, SessionView } from '../../../projections/views.ts';
import { Link } from '../routing/link.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useSessionApi } from './session-api.ts';
import { useCommand } from './use-command.ts';

const MISSED: Readonly<Record<keyof ForkView['parts'], string>> = {
  code: 'The code of that version did not come over: this app begins as the template.',
  data: 'Its data did not come over: the database of this app is empty.',
};

const Original = ({ fork, children }: { readonly fork: ForkView; readonly children: ReactNode }) => (
  <Link
    href={`/s/${fork.from}`}
    className="font-medium text-alive underline decoration-1 underline-offset-2 wrap-anywhere"
  >
    {children}
  </Link>
);

/** What did not come over, and the one thing to do about it. */
const Missed = ({ fork, part }: { readonly fork: ForkView; readonly part: keyof ForkView['parts'] }) => {
  const api = useSessionApi();
  const retry = useCommand(api.retryFork);
  const { error } = fork.parts[part];
  const isGone = isGoneForGood(error);
  return (
    <Notice
      action={
        isGone || fork.isWorkedOn === true ? undefined : (
          <Button small disabled={retry.busy} aria-busy={retry.busy} onClick={() => void retry.run()}>
            Retry
          </Button>
        )
      }
    >
      <strong className="font-semibold">{MISSED[part]}</strong> {error?.message} {retry.problem}
      {isGone ? (
        <>
          {' '}
          Trying again cannot bring it. Go on with what is here, or{' '}
          <Original fork={fork}>fork another version</Original>.
        </>
      ) : fork.isWorkedOn === true ? (
        <>
          {' '}
          You have worked on since. To have it, <Original fork={fork}>fork the version again</Original>.
        </>
      ) : null}
    </Notice>
  );
};

const coming = ({ parts: { code, data } }: ForkView): string | undefined => {
  const what = [...(code.status === 'coming' ? ['code'] : []), ...(data.status === 'coming' ? ['data'] : [])];
  if (what.length === 0) return undefined;
  const isTriedAgain = code.error !== undefined || data.error !== undefined;
  return `Bringing the ${what.join(' and the ')} over${isTriedAgain ? ', not for the first time' : ''}`;
};

/** Where a session was forked from, and how far what it was forked with has come. */
export const ForkCard = ({ view }: { readonly view: SessionView }) => {
  const { fork } = view;
  if (fork === undefined) return null;
  const doing = coming(fork);
  return (
    <section aria-label="Forked from" className="space-y-2">
      <p className="flex items-start gap-2 text-small text-ink-2">
        <GitFork aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-ink-3" />
        <span className="min-w-0">
          Forked from <Original fork={fork}>{fork.title}</Original> at “{fork.version}”
          {fork.data === 'empty'
            ? ', with an empty database'
            : fork.parts.data.status === 'failed'
              ? ''
              : ', with its data'}
        </span>
      </p>
      <p role="status" className="text-small text-wait empty:hidden">
        {doing}
      </p>
      {(['code', 'data'] as const).map((part) =>
        fork.parts[part].status === 'failed' ? <Missed key={part} fork={fork} part={part} /> : null,
      )}
    </section>
  );
};
