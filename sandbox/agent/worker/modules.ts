import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const APP = pathToFileURL(`${process.cwd()}/`).href;
const MARK = 'app:';

let round = 0;

registerHooks({
  resolve(specifier, context, next) {
    const found = specifier.startsWith(MARK)
      ? next(specifier.slice(MARK.length), { ...context, parentURL: `${APP}package.json` })
      : next(specifier, context);
    const isOwn = found.url.startsWith(APP) && !found.url.includes('/node_modules/');
    return isOwn ? { ...found, url: `${found.url}?round=${round}` } : found;
  },
});

/** From now on, the app's own modules are read from their files again; packages stay as they are loaded. */
export const newRound = (): void => {
  round += 1;
};

/** A package of the app, or a file of it (`./…`), as the app itself would import it. */
export const fromApp = <T>(specifier: string): Promise<T> => import(`${MARK}${specifier}`);
