import { useEffect, useRef } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import type { Frame } from './use-frame.ts';

/** By then a page has loaded what it shows first. */
const SETTLED_MS = 1_000;
const WIDTH = 480;

/**
 * Which state of the app is worth a picture, if any. What a turn has committed stands still while it is checked: whoever
 * says more at once, or leaves, would otherwise never have one. The empty template is nobody's app.
 */
export const momentOf = (view: SessionView | undefined, path: string | undefined): string | undefined => {
  if (view === undefined || path === undefined) return undefined;
  const { history, runningTurn } = view;
  const isStill =
    runningTurn === undefined ||
    history.commits.some(({ sha, turnId }) => turnId === runningTurn && sha === history.at);
  const isBuilt = history.at !== '' && history.at !== history.root;
  return isStill && isBuilt && history.moving === undefined ? `${history.at}:${path}` : undefined;
};

/** Has a picture taken of the app as it is after each turn, for the list on the first screen. */
export const usePicture = (view: SessionView | undefined, { place, say }: Frame): void => {
  const taken = useRef<string>(undefined);
  const moment = momentOf(view, place?.path);
  useEffect(() => {
    if (moment === undefined || taken.current === moment) return;
    let id: ReturnType<typeof setTimeout> | undefined;
    /** A page that nobody sees is not drawn: once it is seen again. */
    const wait = (): void => {
      clearTimeout(id);
      if (document.hidden || taken.current === moment) return;
      id = setTimeout(() => {
        taken.current = moment;
        say({ mk0r: 'picture', width: WIDTH });
      }, SETTLED_MS);
    };
    wait();
    document.addEventListener('visibilitychange', wait);
    return () => {
      clearTimeout(id);
      document.removeEventListener('visibilitychange', wait);
    };
  }, [moment, say]);
};
