import type { Plugin } from 'vite';

const EVENT = 'app:page';

/** Says when the page was served, as soon as there is a connection to say it over. */
const tell = (servedAt: number): string => `
import { createHotContext } from '/@vite/client';
createHotContext('/${EVENT}').send('${EVENT}', ${servedAt});
`;

/**
 * Loads a page anew that was served before the last edit and connected after it. Vite tells of an edit once, to the pages
 * that are connected: one that is still loading would show what was there before, until somebody reloads it.
 */
export function latePages(): Plugin {
  let editedAt = 0;
  return {
    name: 'late-pages',
    apply: 'serve',
    configureServer({ environments: { client } }) {
      client.hot.on(EVENT, (servedAt: unknown, page) => {
        if (typeof servedAt === 'number' && servedAt <= editedAt) page.send({ type: 'full-reload' });
      });
    },
    hotUpdate({ modules }) {
      if (this.environment.name === 'client' && modules.length > 0) editedAt = Date.now();
    },
    transformIndexHtml: () => [
      { tag: 'script', attrs: { type: 'module' }, children: tell(Date.now()), injectTo: 'head' },
    ],
  };
}
