import { useSyncExternalStore } from 'react';

/** Below this there is room for one pane only. Keep in step with the `lg` breakpoint used in the session screen. */
const narrow = matchMedia('(max-width: 899px)');

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
};

export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
