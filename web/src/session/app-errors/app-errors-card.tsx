import { ChevronRight, Undo2, Wrench, X } from 'lucide-react';
import { useState } from 'react';
import { MAX_FIXES } from '../../../../domain/session/fixes.ts';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { AppErrorView, SessionView } from '../../../../projections/views.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { whyNoMove } from '../history-buttons.tsx';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { beforeAttempts, fixPrompt, isGivenUp, openErrors, TITLES, tried } from './errors.ts';
import { useFix } from './use-fix.ts';

type Props = {
  readonly view: SessionView;
  readonly turns: readonly TranscriptTurn[];
  /** Puts text where the visitor writes. */
  readonly onWrite: (text: string) => void;
};

const Tried = ({ error, view, turns }: Props & { readonly error: AppErrorView }) => (
  <ol className="mt-1.5 list-decimal space-y-0.5 pl-5 text-ink-2">
    {tried(error, view, turns).map(({ turnId, outcome }) => (
      <li key={turnId} className="wrap-anywhere">
        {outcome}
      </li>
    ))}
  </ol>
);

/** Three attempts and it is still there: nothing begins by itself any more, and what was tried is said. */
const GivenUp = ({ error, ...props }: Props & { readonly error: AppErrorView }) => {
  const { view, onWrite } = props;
  const api = useSessionApi();
  const move = useCommand(api.move);
  const before = beforeAttempts(error, view);
  const obstacle = whyNoMove(view);
  return (
    <>
      <p className="mt-2 text-ink-2">
        {MAX_FIXES} attempts did not fix it, so no other begins by itself. What was tried:
      </p>
      <Tried {...props} error={error} />
      {move.problem === undefined ? null : (
        <p role="alert" className="mt-1.5 text-bad">
          {move.problem}
        </p>
      )}
      <div className="mt-2.5 flex flex-wrap gap-2">
        <Button small look="solid" onClick={() => onWrite(fixPrompt(error, view, props.turns))}>
          Say it in your own words
        </Button>
        {before === undefined ? null : (
          <Button
            small
            disabled={obstacle !== undefined || move.busy}
            title={obstacle}
            onClick={() => void move.run({ sha: before })}
          >
            <Undo2 aria-hidden="true" className="size-3.5" />
            Undo the attempts
          </Button>
        )}
      </div>
    </>
  );
};

const ErrorCard = ({ error, onHide, ...props }: Props & { error: AppErrorView; onHide: () => void }) => {
  const fix = useFix(props.view, props.turns);
  const isOver = isGivenUp(error);
  const next = error.attempts.length + 1;
  return (
    <section
      aria-label={TITLES[error.source]}
      className="animate-arrive rounded-xl bg-bad-soft px-3.5 py-3 text-small text-ink"
    >
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-semibold">{TITLES[error.source]}</h2>
        <IconButton label="Hide this error" onClick={onHide} className="-my-1.5 -mr-1.5">
          <X className="size-4" />
        </IconButton>
      </div>
      <p className="mt-0.5 line-clamp-3 font-mono text-[0.75rem] leading-5 wrap-anywhere text-ink-2">
        {error.message}
      </p>
      {error.detail === undefined ? null : (
        <details className="group mt-1">
          <summary className="inline-flex items-center gap-1 rounded text-ink-2 hover:text-ink">
            <ChevronRight aria-hidden="true" className="size-3.5 transition-transform group-open:rotate-90" />
            Details
          </summary>
          <Scroll
            label="Details of the error"
            className="mt-1 max-h-40 rounded-lg bg-surface p-2 font-mono text-[0.75rem] leading-5 whitespace-pre text-ink-2"
          >
            {error.detail}
          </Scroll>
        </details>
      )}
      {isOver ? (
        <GivenUp {...props} error={error} />
      ) : (
        <>
          {fix.problem === undefined ? null : (
            <p role="alert" className="mt-1.5 text-bad">
              {fix.problem}
            </p>
          )}
          <div className="mt-2.5 flex items-center gap-3">
            <Button
              small
              look="solid"
              disabled={fix.busy}
              aria-busy={fix.busy}
              onClick={() => void fix.run(error)}
            >
              <Wrench aria-hidden="true" className="size-3.5" />
              Fix this
            </Button>
            {next === 1 ? null : (
              <span className="text-ink-2 tabular">
                Attempt {next} of {MAX_FIXES}
              </span>
            )}
          </div>
        </>
      )}
    </section>
  );
};

/** What is wrong with the app as it is now, the last error first, each with what can be done about it. */
export const AppErrorsCard = (props: Props) => {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const errors = openErrors(props.view).filter(({ fingerprint, sha }) => !hidden.has(`${fingerprint}${sha}`));
  const [error, ...others] = errors;
  if (error === undefined) return null;
  const key = `${error.fingerprint}${error.sha}`;
  return (
    <div className="px-4 pt-2">
      <ErrorCard
        key={key}
        {...props}
        error={error}
        onHide={() => setHidden((before) => new Set([...before, key]))}
      />
      {others.length === 0 ? null : (
        <p className="px-3.5 pt-1 text-small text-ink-3">
          And {others.length} more {others.length === 1 ? 'error' : 'errors'} in the app as it is now.
        </p>
      )}
    </div>
  );
};
