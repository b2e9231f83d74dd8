import { memo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';

/** Links leave the page in their own tab and say nothing about where they came from; images are not loaded at all. */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  ),
  img: ({ alt }) => <span className="text-ink-3">[{alt === undefined || alt === '' ? 'image' : alt}]</span>,
};

/** What an agent wrote, which is untrusted: Markdown without HTML, without images, without clever URLs. */
export const Markdown = memo(({ text }: { readonly text: string }) => (
  <div className="prose">
    <ReactMarkdown skipHtml components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  </div>
));
Markdown.displayName = 'Markdown';
