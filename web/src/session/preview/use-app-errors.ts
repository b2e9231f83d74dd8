import { useCallback, useEffect, useRef } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { useSessionApi } from '../session-api.ts';
import type { FromApp } from './messages.ts';

type AppError = Extract<FromApp, { mk0r: 'error' }>;

/**
 * Passes on what goes wrong in the app's page. While the agent works, half-written code fails as a matter of course: then
 * the app is loaded anew when the turn has ended, and says again what is still wrong.
 */
export const useAppErrors = (view: SessionView | undefined, reload: () => void) => {
  const api = useSessionApi();
  const isBroken = useRef(false);
  const told = useRef(new Set<string>());
  const isWorking = view?.runningTurn !== undefined || view?.history.moving !== undefined;
  const now = useRef({ isWorking, sha: view?.history.at ?? '' });
  now.current = { isWorking, sha: view?.history.at ?? '' };
  const latestReload = useRef(reload);
  latestReload.current = reload;

  // What the server has noticed is not said by the page; whether it is mended shows when the page asks again.
  const hasOpen = view?.appErrors.some(({ sha }) => sha === view.history.at) === true;
  useEffect(() => {
    if (isWorking && hasOpen) isBroken.current = true;
  }, [isWorking, hasOpen]);
  // A page stays on view when its dev server ends; loaded anew, the reason stands in its place.
  const crash = view?.appErrors.findLast(({ source, sha }) => source === 'crash' && sha === view.history.at);
  const crashed = crash === undefined ? '' : `${crash.fingerprint}${crash.at}`;
  const before = useRef(crashed);
  useEffect(() => {
    if (crashed !== '' && crashed !== before.current) latestReload.current();
    before.current = crashed;
  }, [crashed]);
  useEffect(() => {
    if (isWorking || !isBroken.current) return;
    isBroken.current = false;
    latestReload.current();
  }, [isWorking]);

  return useCallback(
    ({ source, message, detail }: AppError): void => {
      if (now.current.isWorking) {
        isBroken.current = true;
        return;
      }
      const key = `${now.current.sha}|${source}|${message}`;
      if (told.current.has(key)) return;
      told.current.add(key);
      // An error that could not be recorded is seen again with the next load.
      api
        .noteError(detail === undefined ? { source, message } : { source, message, detail })
        .catch(() => told.current.delete(key));
    },
    [api],
  );
};
