import { memo } from 'react';
import { cx } from './cx.ts';
import { Scroll } from './scroll.tsx';

const MAX_LINES = 1_500;

const look = (line: string): string => {
  if (line.startsWith('+++') || line.startsWith('---')) return 'text-ink-3';
  if (line.startsWith('+')) return 'bg-alive-soft text-ink';
  if (line.startsWith('-')) return 'bg-bad-soft text-ink';
  return line.startsWith('@@') ? 'text-ink-3' : 'text-ink-2';
};

/** A unified diff as text: the sign at the start of a line says what its colour says. */
export const Diff = memo(
  ({
    path,
    patch,
    className,
  }: {
    readonly path: string;
    readonly patch: string;
    readonly className?: string;
  }) => {
    const lines = patch
      .replace(/\n$/, '')
      .split('\n')
      .map((text, number) => ({ number, text }));
    return (
      <Scroll
        label={`Changes in ${path}`}
        className={cx('font-mono text-[0.75rem] leading-5 whitespace-pre', className)}
      >
        <code className="block w-max min-w-full py-1.5">
          {lines.slice(0, MAX_LINES).map(({ number, text }) => (
            <span key={number} className={cx('block px-3', look(text))}>
              {text === '' ? ' ' : text}
            </span>
          ))}
          {lines.length > MAX_LINES ? (
            <span className="block px-3 text-ink-3">{lines.length - MAX_LINES} more lines</span>
          ) : null}
        </code>
      </Scroll>
    );
  },
);
Diff.displayName = 'Diff';
