import { ChevronDown } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { summarise, type ToolItem } from './group-items.ts';
import { ToolRow } from './tool-row.tsx';

const FOLDED = 4;

/** What the agent did in one go. While it works all is on view; afterwards a long list folds, unless it was used. */
export const ToolCard = memo(
  ({ tools, live }: { readonly tools: readonly ToolItem[]; readonly live: boolean }) => {
    const [open, setOpen] = useState(live || tools.length <= FOLDED);
    const touched = useRef(false);
    const touch = (): void => {
      touched.current = true;
    };
    useEffect(() => {
      if (!live && !touched.current && tools.length > FOLDED) setOpen(false);
    }, [live, tools.length]);
    const [only] = tools;
    if (only !== undefined && tools.length === 1) {
      return (
        <div className="overflow-clip rounded-xl border border-line bg-surface">
          <ToolRow tool={only} />
        </div>
      );
    }
    const failed = tools.filter(({ status }) => status === 'failed').length;
    return (
      <div className="overflow-clip rounded-xl border border-line bg-surface">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => {
            touch();
            setOpen(!open);
          }}
          className="flex h-9 w-full items-center gap-2 px-3 text-left text-small text-ink-2 hover:bg-sunken focus-visible:-outline-offset-2"
        >
          <span className="min-w-0 flex-1 truncate font-medium tabular">{summarise(tools)}</span>
          {failed === 0 ? null : <span className="text-bad">{failed} failed</span>}
          <ChevronDown
            aria-hidden="true"
            className={open ? 'size-3.5 rotate-180 text-ink-3' : 'size-3.5 text-ink-3'}
          />
        </button>
        {open ? (
          <div className="divide-y divide-line border-t border-line">
            {tools.map((tool) => (
              <ToolRow key={tool.toolCallId} tool={tool} onOpen={touch} />
            ))}
          </div>
        ) : null}
      </div>
    );
  },
);
ToolCard.displayName = 'ToolCard';
