import { ArrowUp, LoaderCircle } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { PromptField } from '../ui/prompt-field.tsx';
import { Suggestions } from './suggestions.tsx';
import { useBuild } from './use-build.ts';

const DEFAULT_LIMIT = 8000;

export const PromptBox = ({
  agent,
  limit = DEFAULT_LIMIT,
}: {
  readonly agent?: string;
  readonly limit?: number;
}) => {
  const { prompt, change, build, problem, sending } = useBuild(limit);
  const field = useRef<HTMLTextAreaElement>(null);
  const pick = (text: string): void => {
    change(text);
    field.current?.focus();
  };
  return (
    <div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void build();
        }}
        className="rounded-2xl border border-line-strong bg-surface shadow-raised transition-colors focus-within:border-control"
      >
        <PromptField
          autoFocus
          label="Describe your app"
          field={field}
          value={prompt}
          onText={change}
          onSubmit={() => void build()}
          readOnly={sending}
          spellCheck
          rows={3}
          placeholder="A habit tracker whose streaks survive a page refresh"
          className="max-h-[45dvh] min-h-29 px-5 pt-4 pb-2 text-[1.0625rem] leading-7"
        />
        <div className="flex items-center justify-between gap-3 p-2.5 pl-5">
          <p className="text-small text-ink-3 max-sm:invisible">Shift and Enter for a new line</p>
          <Button type="submit" look="solid" aria-busy={sending} disabled={sending} className="min-w-24">
            {sending ? (
              <LoaderCircle aria-hidden="true" className="size-4 animate-spin" />
            ) : (
              <ArrowUp aria-hidden="true" className="size-4" />
            )}
            Build
          </Button>
        </div>
      </form>
      {problem === undefined ? null : <Notice className="mt-3">{problem}</Notice>}
      <Suggestions agent={agent} onPick={pick} />
    </div>
  );
};
