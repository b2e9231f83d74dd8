import { memo } from 'react';
import type { TranscriptTurn } from '../../../../projections/views.ts';
import type { Draft } from '../../live/drafts.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { duration } from '../../ui/time.ts';
import { CommitCard } from './commit-card.tsx';
import { groupItems } from './group-items.ts';
import { Markdown } from './markdown.tsx';
import { Prompt } from './prompt.tsx';
import { Thought } from './thought.tsx';
import { ToolCard } from './tool-card.tsx';
import { Working } from './working.tsx';

type Props = {
  readonly turn: TranscriptTurn;
  readonly draft: Draft | undefined;
  readonly undone: boolean;
  readonly onRetry: (prompt: string) => void;
  readonly onCancel: (turnId: string) => void;
  readonly onShowCommit: (sha: string) => void;
};

const footer = (turn: TranscriptTurn): string | undefined => {
  if (turn.endedAt === undefined || turn.startedAt === undefined) return undefined;
  const took = duration(Date.parse(turn.endedAt) - Date.parse(turn.startedAt));
  const { usage } = turn;
  if (usage === undefined || usage.inputTokens + usage.outputTokens === 0) return took;
  const number = (value: number): string => value.toLocaleString('en');
  return `${took} · ${usage.model} · ${number(usage.inputTokens)} tokens in, ${number(usage.outputTokens)} out`;
};

const Outcome = ({ turn, onRetry }: Pick<Props, 'turn' | 'onRetry'>) => {
  if (turn.status === 'failed') {
    return (
      <Notice
        action={
          <Button small onClick={() => onRetry(turn.prompt)}>
            Retry
          </Button>
        }
      >
        <strong className="font-semibold">This turn failed.</strong>{' '}
        {turn.error?.message ?? 'The agent stopped without saying why.'}
      </Notice>
    );
  }
  if (turn.status === 'cancelled') {
    return <p className="text-small text-ink-3">Stopped. What was written until then is kept.</p>;
  }
  const words = turn.status === 'finished' ? footer(turn) : undefined;
  return words === undefined ? null : <p className="text-small text-ink-3 tabular">{words}</p>;
};

/** One prompt and everything that came of it. */
export const Turn = memo(({ turn, draft, undone, onRetry, onCancel, onShowCommit }: Props) => {
  const live = turn.status === 'running' || turn.status === 'cancelling';
  const blocks = groupItems(turn.items);
  return (
    <article aria-label={`Prompt: ${turn.prompt.slice(0, 80)}`} className="space-y-3">
      <Prompt text={turn.prompt} queued={turn.status === 'queued'} onCancel={() => onCancel(turn.turnId)} />
      {blocks.map((block, index) => {
        if (block.kind === 'tools') {
          return <ToolCard key={block.tools[0]?.toolCallId ?? index} tools={block.tools} live={live} />;
        }
        const { item } = block;
        return item.kind === 'thought' ? (
          <Thought key={item.revision} text={item.text} />
        ) : (
          <Markdown key={item.revision} text={item.text} />
        );
      })}
      {draft === undefined ? null : draft.kind === 'thought' ? (
        <Thought text={draft.text} open />
      ) : (
        <Markdown text={draft.text} />
      )}
      {live ? <Working turn={turn} /> : null}
      {turn.commit === undefined ? null : (
        <CommitCard
          sha={turn.commit.sha}
          changed={turn.commit.changed}
          undone={undone}
          onShow={onShowCommit}
        />
      )}
      <Outcome turn={turn} onRetry={onRetry} />
    </article>
  );
});
Turn.displayName = 'Turn';
