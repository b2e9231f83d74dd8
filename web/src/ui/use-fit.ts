import { type RefObject, useEffect, useRef, useState } from 'react';

/** How much something of that size has to shrink to fit its surroundings; never more than its own size. */
export const useFit = (
  width: number,
  height: number,
): { readonly around: RefObject<HTMLDivElement | null>; readonly scale: number } => {
  const around = useRef<HTMLDivElement>(null);
  const [scale, setScale] = useState(1);
  useEffect(() => {
    const element = around.current;
    if (element === null) return;
    const sizes = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const room = entry.contentRect;
      setScale(Math.max(0.3, Math.min(1, room.width / width, room.height / height)));
    });
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [width, height]);
  return { around, scale };
};
