import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type FromApp, heard, type ToApp } from './messages.ts';

type Place = { readonly path: string; readonly canGoBack: boolean };

export type Frame = {
  /** Where the app's page is, once it has said so. */
  readonly place: Place | undefined;
  /** Our own page stands in the frame, in place of an app that does not answer, and says why. */
  readonly absent: string | undefined;
  readonly say: (message: ToApp) => void;
};

/**
 * What the page in the frame says. Only the frame's own window on the app's own origin is listened to; `onError` and
 * `onPicture` are told what it says about itself. `shown` names the frame, and with another one all is forgotten.
 */
export const useFrame = (
  element: RefObject<HTMLIFrameElement | null>,
  origin: string | undefined,
  shown: string,
  told: {
    readonly onError: (error: Extract<FromApp, { mk0r: 'error' }>) => void;
    readonly onPicture: (url: string) => void;
  },
): Frame => {
  const [state, setState] = useState<Omit<Frame, 'say'> & { readonly of: string }>({
    place: undefined,
    absent: undefined,
    of: shown,
  });
  const latest = useRef(told);
  latest.current = told;

  useEffect(() => {
    if (origin === undefined) return;
    const listen = (event: MessageEvent<unknown>): void => {
      if (event.origin !== origin || event.source !== element.current?.contentWindow) return;
      const said = heard(event.data);
      if (said === undefined) return;
      if (said.mk0r === 'here') {
        setState({ place: { path: said.path, canGoBack: said.canGoBack }, absent: undefined, of: shown });
      } else if (said.mk0r === 'absent') setState({ place: undefined, absent: said.state, of: shown });
      else if (said.mk0r === 'error') latest.current.onError(said);
      else latest.current.onPicture(said.url);
    };
    addEventListener('message', listen);
    return () => removeEventListener('message', listen);
  }, [element, origin, shown]);

  const say = useCallback(
    (message: ToApp): void => {
      if (origin !== undefined) element.current?.contentWindow?.postMessage(message, origin);
    },
    [element, origin],
  );
  const { of, ...current } = state;
  return of === shown ? { ...current, say } : { place: undefined, absent: undefined, say };
};
