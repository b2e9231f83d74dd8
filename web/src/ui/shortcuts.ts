import { useEffect, useRef } from 'react';

/**
 * Single keys may be switched off (WCAG 2.1.4): who speaks to a computer, or whose hands shake, presses many by accident.
 */
const OFF = 'mk0r-shortcuts-off';

export const areShortcutsOn = (): boolean => {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
};

export const switchShortcuts = (on: boolean): void => {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, '1');
  } catch {
    return; // Storage is forbidden: they stay on.
  }
};

/** `target` of the innermost tree: from outside, an editor in a shadow root looks like what it stands in. */
const isWriting = ([target]: readonly EventTarget[]): boolean =>
  target instanceof Element &&
  target.closest('input, textarea, select, [contenteditable], [role="textbox"]') !== null;

/** Runs `work` when the key is pressed where nobody writes and no dialog is open. */
export const useShortcut = (key: string, work: (() => void) | undefined): void => {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (event.key !== key || !isPlain || isWriting(event.composedPath())) return;
      if (latest.current === undefined || !areShortcutsOn()) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [key]);
};
