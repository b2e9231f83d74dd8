import { config } from './config.ts';
import type { Visitor } from './firebase.ts';
import { ApiProblem } from './problem.ts';

let visitor: Promise<Visitor> | undefined;

/** One tab at a time, or two tabs opened together would become two visitors. */
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('mk0r-identity', work) : work();

const begin = async (): Promise<Visitor> => {
  // The SDK is a third of the page's JavaScript, and the first paint does not need it.
  const [settings, sdk] = await Promise.all([config(), import('./firebase.ts')]);
  return alone(() => sdk.signIn(settings));
};

/** A Firebase ID token of this browser's anonymous visitor; signs in on first use. */
export const idToken = async (fresh = false): Promise<string> => {
  visitor ??= begin().catch((error: unknown) => {
    visitor = undefined;
    throw error;
  });
  try {
    return await (await visitor).token(fresh);
  } catch (error) {
    if (error instanceof ApiProblem) throw error;
    throw new ApiProblem(0, 'unreachable', 'Signing in did not work. Check the connection, then try again.');
  }
};
