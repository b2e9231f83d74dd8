import { ChevronRight } from 'lucide-react';

export const Thought = ({ text, open = false }: { readonly text: string; readonly open?: boolean }) => (
  <details open={open} className="group text-small text-ink-3">
    <summary className="inline-flex items-center gap-1 rounded hover:text-ink">
      <ChevronRight aria-hidden="true" className="size-3.5 transition-transform group-open:rotate-90" />
      Thought
    </summary>
    <p className="mt-1 border-l border-line-strong pl-3 whitespace-pre-wrap wrap-anywhere">{text}</p>
  </details>
);
