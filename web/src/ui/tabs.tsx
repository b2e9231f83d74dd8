import type { LucideIcon } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { cx } from './cx.ts';

export type Tab<Id extends string> = { readonly id: Id; readonly name: string; readonly icon: LucideIcon };

const MOVES: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** Tabs as the ARIA pattern has them: one tab stop, arrows move, Home and End jump. */
export const Tabs = <Id extends string>({
  tabs,
  active,
  onSelect,
  label,
  stacked = false,
}: {
  readonly tabs: readonly Tab<Id>[];
  readonly active: Id;
  readonly onSelect: (id: Id) => void;
  readonly label: string;
  /** Icon above its name, each tab as wide as the next: for thumbs. */
  readonly stacked?: boolean;
}) => {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === active);
    const move = MOVES[event.key];
    const target =
      event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : move === undefined ? -1 : at + move;
    const next = tabs.at(target % tabs.length);
    if (next === undefined || (target === -1 && move === undefined)) return;
    event.preventDefault();
    onSelect(next.id);
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      onKeyDown={onKeyDown}
      className={stacked ? 'grid auto-cols-fr grid-flow-col' : 'flex h-full gap-0.5'}
    >
      {tabs.map(({ id, name, icon: Icon }) => (
        <button
          key={id}
          id={`tab-${id}`}
          type="button"
          role="tab"
          aria-selected={id === active}
          aria-controls={`pane-${id}`}
          tabIndex={id === active ? 0 : -1}
          onClick={() => onSelect(id)}
          className={cx(
            'relative flex items-center justify-center text-ink-3 transition-colors hover:text-ink aria-selected:text-ink',
            'after:absolute after:inset-x-2.5 after:h-0.5 after:rounded-full aria-selected:after:bg-ink',
            stacked
              ? 'h-14 flex-col gap-0.5 text-micro after:top-0'
              : 'h-full gap-1.5 px-2.5 text-small font-medium after:bottom-0',
          )}
        >
          <Icon aria-hidden="true" className={stacked ? 'size-5' : 'size-4'} strokeWidth={1.75} />
          {name}
        </button>
      ))}
    </div>
  );
};
