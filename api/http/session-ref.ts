import type { Application } from '../application.ts';
import type { SessionRef } from '../panels.ts';
import { sessionNotFound } from './guard.ts';

/** The session as panels name it. */
export const sessionRef = async (app: Application, sessionId: string): Promise<SessionRef> => {
  const view = await app.sessionView(sessionId);
  if (view === undefined) throw sessionNotFound();
  const { at } = view.history;
  return { sessionId, slug: view.slug, ...(at === '' ? {} : { at }) };
};
