import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Puts the app's name into the page's title, for those too who read the page without running it. Read at each request:
 * renaming the app neither restarts the dev server nor reloads the page.
 */
export function pageTitle(): Plugin {
  return {
    name: 'page-title',
    transformIndexHtml: {
      order: 'pre',
      handler: (page) => page.replace('%APP_TITLE%', () => html(title())),
    },
  };
}

function title(): string {
  const config: unknown = JSON.parse(readFileSync('src/app.config.json', 'utf8'));
  const named = typeof config === 'object' && config !== null && 'title' in config;
  return named && typeof config.title === 'string' ? config.title : 'App';
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const html = (text: string): string => text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
