import { type ComponentType, useEffect, useState } from 'react';

export type Tab = { id: string; label: string; screen: ComponentType };

/** Screens behind tabs at the bottom of the page; the address remembers which one is open. */
export function Tabs({ tabs }: { tabs: readonly Tab[] }) {
  const [open, setOpen] = useState(location.hash.slice(1));
  useEffect(() => {
    const follow = () => setOpen(location.hash.slice(1));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

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
            <li key={tab.id} className="flex-1">
              <a
                href={`#${tab.id}`}
                aria-current={tab === current ? 'page' : undefined}
                className={`block truncate px-3 py-4 text-center font-medium text-sm ${
                  tab === current ? 'text-accent' : 'text-muted hover:text-ink'
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
