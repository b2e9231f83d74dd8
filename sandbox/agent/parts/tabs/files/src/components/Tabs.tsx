import type { ComponentType } from 'react';
import { useRoute } from '../lib/useRoute.ts';

export type Tab = { id: string; label: string; screen: ComponentType };

type Props = {
  tabs: readonly Tab[];
  /** Called when a tab is pressed. */
  onOpen?: (id: string) => void;
};

/** Screens behind tabs at the bottom of the page; the address remembers which one is open. */
export function Tabs({ tabs, onOpen }: Props) {
  const [open] = useRoute();
  const current = tabs.find((tab) => tab.id === open) ?? tabs[0];
  if (!current) return null;
  return (
    <>
      <div className="pb-16">
        <current.screen />
      </div>
      <nav
        aria-label="Screens"
        className="fixed inset-x-0 bottom-0 border-line border-t bg-surface/90 pb-[env(safe-area-inset-bottom)] backdrop-blur"
      >
        <ul className="mx-auto flex max-w-2xl">
          {tabs.map((tab) => (
            <li key={tab.id} className="min-w-0 flex-1">
              <a
                href={`#${tab.id}`}
                onClick={() => onOpen?.(tab.id)}
                aria-current={tab === current ? 'page' : undefined}
                className={`relative block truncate px-3 py-4 text-center font-medium text-sm transition ${
                  tab === current
                    ? 'text-accent before:absolute before:inset-x-[30%] before:top-0 before:h-0.5 before:rounded-full before:bg-accent'
                    : 'text-muted hover:text-ink'
                }`}
              >
                {tab.label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
