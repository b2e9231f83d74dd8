import { ArrowUp, LoaderCircle } from 'lucide-react';
import { useRef } from 'react';
import { AttachButton } from '../pictures/attach-button.tsx';
import { PictureTarget } from '../pictures/picture-target.tsx';
import { Thumbnails } from '../pictures/thumbnails.tsx';
import { useAttachments } from '../pictures/use-attachments.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { PromptField } from '../ui/prompt-field.tsx';
import { ModeChoice } from './mode-choice.tsx';
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
  const pictures = useAttachments();
  const { prompt, change, mode, choose, build, problem, sending } = useBuild(limit, pictures.attached);
  const trouble = problem ?? pictures.problem;
  const submit = (): void => {
    if (!pictures.isPreparing) void build();
  };
  const field = useRef<HTMLTextAreaElement>(null);
  const pick = (text: string): void => {
    change(text);
    field.current?.focus();
  };
  return (
    <div>
      <PictureTarget
        disabled={sending || mode === 'quick'}
        onFiles={(files) => void pictures.add(files)}
        onSubmit={submit}
        className="rounded-2xl border border-line-strong bg-surface shadow-raised transition-colors focus-within:border-control"
      >
        <PromptField
          autoFocus
          label="Describe your app"
          field={field}
          value={prompt}
          onText={change}
          onSubmit={submit}
          readOnly={sending}
          spellCheck
          rows={3}
          placeholder="A habit tracker whose streaks survive a page refresh"
          className="max-h-[45dvh] min-h-29 px-5 pt-4 pb-2 text-[1.0625rem] leading-7"
        />
        <Thumbnails pictures={pictures} disabled={sending} className="px-5 pt-2 pb-3" />
        <ModeChoice mode={mode} disabled={sending} onMode={choose} />
        <div className="flex items-center gap-2 p-2.5">
          <AttachButton
            disabled={sending}
            isQuick={mode === 'quick'}
            onFiles={(files) => void pictures.add(files)}
            className="size-9"
          />
          <p className="flex-1 text-small text-ink-3 max-sm:invisible">Shift and Enter for a new line</p>
          <Button
            type="submit"
            look="solid"
            aria-busy={sending}
            disabled={sending || pictures.isPreparing}
            className="min-w-24"
          >
            {sending ? (
              <LoaderCircle aria-hidden="true" className="size-4 animate-spin" />
            ) : (
              <ArrowUp aria-hidden="true" className="size-4" />
            )}
            Build
          </Button>
        </div>
      </PictureTarget>
      {trouble === undefined ? null : <Notice className="mt-3">{trouble}</Notice>}
      <Suggestions agent={agent} onPick={pick} />
    </div>
  );
};
