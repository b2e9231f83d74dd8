import { useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { areShortcutsOn, switchShortcuts, useShortcut } from './shortcuts.ts';

export type Keys = readonly (readonly [key: string, what: string])[];

const Key = ({ children }: { readonly children: string }) => (
  <kbd className="inline-flex h-6 min-w-6 items-center justify-center rounded-md border border-line-strong bg-sunken px-1.5 font-mono text-[0.75rem]">
    {children}
  </kbd>
);

/** What the keyboard does here, on `?`. `always` are keys of fields and dialogs, `single` the ones that can be off. */
export const ShortcutsHelp = ({ single, always }: { readonly single: Keys; readonly always: Keys }) => {
  const [open, setOpen] = useState(false);
  const [on, setOn] = useState(areShortcutsOn);
  useShortcut('?', () => setOpen(true));
  if (!open) return null;
  const list = (keys: Keys) => (
    <dl className="mt-2 grid grid-cols-[7.5rem_1fr] items-center gap-y-1.5 text-small">
      {keys.map(([key, what]) => (
        <div key={key} className="contents">
          <dt className="flex gap-1">
            {key.split(' ').map((part) => (
              <Key key={part}>{part}</Key>
            ))}
          </dt>
          <dd className="text-ink-2">{what}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <Dialog title="Keyboard" onClose={() => setOpen(false)}>
      {list(always)}
      <h3 className="mt-5 text-small font-semibold">Single keys, where nobody writes</h3>
      {list([['?', 'This list'], ...single])}
      <div className="mt-6 flex items-center justify-between gap-4">
        <label className="flex items-center gap-2 text-small text-ink-2">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              switchShortcuts(event.target.checked);
              setOn(event.target.checked);
            }}
            className="size-4 accent-(--alive)"
          />
          Single keys are on
        </label>
        <Button onClick={() => setOpen(false)}>Close</Button>
      </div>
    </Dialog>
  );
};
