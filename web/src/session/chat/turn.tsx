import { memo } from 'react';
import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { Draft } from '../../live/drafts.ts';
import { keptPictures } from '../../pictures/use-attachments.ts';
import { Button } from '../../ui/button.tsx';
import { money } from '../../ui/money.ts';
import { Notice } from '../../ui/notice.tsx';
import { duration } from '../../ui/time.ts';
import { ChecksRow } from './checks-row.tsx';
import { CommitCard } from './commit-card.tsx';
import { groupItems } from './group-items.ts';
import { Markdown } from './markdown.tsx';
import { Prompt } from './prompt.tsx';
import { Thought } from './thought.tsx';
import { ToolCard } from './tool-card.tsx';
import type { Said } from './use-outbox.ts';
import { Working } from './working.tsx';

type Props = {
  readonly turn: TranscriptTurn;
  readonly draft: Draft | undefined;
  readonly undone: boolean;
  readonly onRetry: (message: Said) => void;
  /** Puts the prompt where the visitor writes. */
  readonly onEdit: (message: Said) => void;
  readonly onShowCommit: (sha: string) => void;
};

const saidIn = ({ prompt, attachments }: TranscriptTurn): Said => ({
  prompt,
  pictures: keptPictures(attachments),
});

const footer = (turn: TranscriptTurn): string | undefined => {
  if (turn.endedAt === undefined || turn.startedAt === undefined) return undefined;
  const took = duration(Date.parse(turn.endedAt) - Date.parse(turn.startedAt));
  const { usage } = turn;
  if (usage === undefined || usage.inputTokens + usage.outputTokens === 0) return took;
  const number = (value: number): string => value.toLocaleString('en');
  const read = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const cost = usage.costMicros === undefined ? [] : [money(usage.costMicros)];
  return [took, usage.model, ...cost, `${number(read)} tokens in, ${number(usage.outputTokens)} out`].join(
    ' · ',
  );
};

/** What was found when its changes were checked is asked for, and not the whole turn again. */
const CORRECTABLE = new Set(['not_verified', 'secret_held_back']);

const UPGRADE_FAILED = 'upgrade_failed';

const correction = ({ items }: TranscriptTurn): string => {
  const checks = items.findLast((item) => item.kind === 'checks')?.checks ?? [];
  const found = checks
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ kind, detail }) => `${kind}: ${detail}`);
  return `Fix what the checks found:\n${found.join('\n')}`.slice(0, 4_000);
};

const Outcome = ({ turn, onRetry, onEdit }: Pick<Props, 'turn' | 'onRetry' | 'onEdit'>) => {
  if (turn.status === 'failed' && CORRECTABLE.has(turn.error?.code ?? '')) {
    return (
      <Notice
        action={
          <Button small onClick={() => onRetry({ prompt: correction(turn), pictures: [] })}>
            Ask to fix it
          </Button>
        }
      >
        <strong className="font-semibold">Not finished.</strong> {turn.error?.message}
      </Notice>
    );
  }
  // Said again, it would be a message like any other: the page's own card has the button.
  if (turn.status === 'failed' && turn.error?.code === UPGRADE_FAILED)
    return <Notice>{turn.error.message}</Notice>;
  if (turn.status === 'failed') {
    return (
      <Notice
        action={
          <span className="flex gap-1.5">
            <Button small look="quiet" onClick={() => onEdit(saidIn(turn))}>
              Edit
            </Button>
            <Button small onClick={() => onRetry(saidIn(turn))}>
              Retry
            </Button>
          </span>
        }
      >
        <strong className="font-semibold">This turn failed.</strong>{' '}
        {turn.error?.detail || turn.error?.message || 'The agent stopped without saying why.'}
      </Notice>
    );
  }
  if (turn.status === 'cancelled') {
    return (
      <p className="flex items-center gap-2 text-small text-ink-3">
        Stopped. What was written until then is kept.
        <Button small look="quiet" onClick={() => onEdit(saidIn(turn))}>
          Edit
        </Button>
      </p>
    );
  }
  const words = turn.status === 'finished' ? footer(turn) : undefined;
  return words === undefined ? null : <p className="text-small text-ink-3 tabular">{words}</p>;
};

/** One prompt and everything that came of it. */
export const Turn = memo(({ turn, draft, undone, onRetry, onEdit, onShowCommit }: Props) => {
  const live = turn.status === 'running' || turn.status === 'cancelling';
  const blocks = groupItems(turn.items);
  return (
    <article aria-label={`Prompt: ${turn.prompt.slice(0, 80)}`} aria-busy={live} className="space-y-3">
      <Prompt text={turn.prompt} pictures={keptPictures(turn.attachments)} fixes={turn.fixes !== undefined} />
      {blocks.map((block, index) => {
        if (block.kind === 'tools') {
          return <ToolCard key={block.tools[0]?.toolCallId ?? index} tools={block.tools} live={live} />;
        }
        if (block.kind === 'checks') return <ChecksRow key={block.item.revision} item={block.item} />;
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
      <Outcome turn={turn} onRetry={onRetry} onEdit={onEdit} />
    </article>
  );
});
Turn.displayName = 'Turn';
