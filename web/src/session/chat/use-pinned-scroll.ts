import { type RefObject, useEffect, useRef, useState } from 'react';

const NEAR_PX = 64;

/**
 * Keeps a growing column at its end for as long as the reader is at its end, and leaves a reader who has scrolled up
 * where they are.
 */
export const usePinnedScroll = (): {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly pinned: boolean;
  readonly toEnd: () => void;
} => {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [pinned, setPinned] = useState(true);

  const toEnd = (): void => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null) return;
    const onScroll = (): void => {
      stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      setPinned(stuck.current);
    };
    const growth = new ResizeObserver(() => {
      if (stuck.current) element.scrollTop = element.scrollHeight;
    });
    growth.observe(inner);
    growth.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      growth.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { scroller, content, pinned, toEnd };
};
