import {
  Check,
  ChevronRight,
  FilePen,
  FileText,
  Globe,
  LoaderCircle,
  type LucideIcon,
  Search,
  Terminal,
  Wrench,
  X,
} from 'lucide-react';
import { Diff } from '../../ui/diff.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { firstLine, lastLine, type ToolItem } from './group-items.ts';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  read: FileText,
  edit: FilePen,
  move: FilePen,
  delete: FilePen,
  search: Search,
  execute: Terminal,
  fetch: Globe,
};

const Status = ({ status }: { readonly status: ToolItem['status'] }) => {
  if (status === 'running') {
    return <LoaderCircle role="img" aria-label="running" className="size-3.5 text-wait animate-spin" />;
  }
  return status === 'completed' ? (
    <Check role="img" aria-label="done" className="size-3.5 text-alive" strokeWidth={2.25} />
  ) : (
    <X role="img" aria-label="failed" className="size-3.5 text-bad" strokeWidth={2.25} />
  );
};

const Line = ({ tool, opens }: { readonly tool: ToolItem; readonly opens: boolean }) => {
  const Icon = ICONS[tool.tool] ?? Wrench;
  const status = tool.tool === 'fetch' ? firstLine(tool.output) : undefined;
  const verdict = tool.tool === 'execute' || tool.status === 'failed' ? lastLine(tool.output) : undefined;
  return (
    <span className="flex min-h-8 items-center gap-2.5 px-3 py-1 text-small">
      <Icon aria-hidden="true" className="size-3.5 shrink-0 text-ink-3" />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{tool.title === '' ? (tool.path ?? tool.tool) : tool.title}</span>
        {verdict === undefined ? null : (
          <span className="block truncate font-mono text-[0.75rem] text-ink-3">{verdict}</span>
        )}
      </span>
      {status === undefined ? null : (
        <span className="max-w-40 truncate font-mono text-[0.75rem] text-ink-3">{status}</span>
      )}
      {tool.diff === undefined ? null : (
        <span className="font-mono text-[0.75rem] tabular">
          <span className="text-alive">+{tool.diff.added}</span>
          {tool.diff.removed === 0 ? null : <span className="pl-1.5 text-bad">−{tool.diff.removed}</span>}
        </span>
      )}
      <Status status={tool.status} />
      <ChevronRight
        aria-hidden="true"
        className={
          opens ? 'size-3.5 text-ink-3 transition-transform group-open/row:rotate-90' : 'invisible size-3.5'
        }
      />
    </span>
  );
};

/** One thing the agent did. Opens to the diff it made or to what its command printed. */
export const ToolRow = ({ tool, onOpen }: { readonly tool: ToolItem; readonly onOpen?: () => void }) => {
  const output = tool.output?.trim();
  if (tool.diff === undefined && (output === undefined || output === '')) {
    return <Line tool={tool} opens={false} />;
  }
  return (
    <details className="group/row" onToggle={onOpen}>
      <summary className="block hover:bg-sunken">
        <Line tool={tool} opens />
      </summary>
      <div className="border-y border-line bg-canvas">
        {tool.diff === undefined ? (
          <Scroll
            label={`Output of ${tool.title}`}
            className="max-h-72 px-3 py-2 font-mono text-[0.75rem] leading-5 whitespace-pre-wrap text-ink-2"
          >
            {output}
          </Scroll>
        ) : (
          <Diff path={tool.diff.path} patch={tool.diff.patch} className="max-h-96" />
        )}
      </div>
    </details>
  );
};
