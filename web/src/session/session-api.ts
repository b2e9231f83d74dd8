import { createContext, useContext } from 'react';
import type { SessionApi } from '../server/session.ts';

export const SessionApiContext = createContext<SessionApi | undefined>(undefined);

/** The API of the session this screen shows. */
export const useSessionApi = (): SessionApi => {
  const api = useContext(SessionApiContext);
  if (api === undefined) throw new Error('useSessionApi is for parts of the session screen');
  return api;
};
