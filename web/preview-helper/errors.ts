import type { FromApp } from '../src/session/preview/messages.ts';
import { overlay } from './overlay.ts';

type Report = (message: FromApp) => void;

/** Said of a page that is otherwise fine: by browsers, by React's development build, by a request that was given up. */
const NOISE = /^(Warning:|%c|\[vite\]|\[hmr\]|Download the React DevTools|ResizeObserver loop)|AbortError/i;
/** What goes wrong in our own scripts is nothing an agent could mend in the app. */
const OURS = '/__mk0r/';
/** A page that fails by the second has said what is wrong after that many. */
const MOST = 20;

const words = (value: unknown): string => {
  if (value instanceof Error) return value.message === '' ? value.name : `${value.name}: ${value.message}`;
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

/** `%s` and its like replaced, as the console would show it. */
const asPrinted = ([first, ...rest]: readonly unknown[]): string => {
  const left = [...rest];
  const text =
    typeof first === 'string' ? first.replace(/%[sdifoOc]/g, () => words(left.shift() ?? '')) : words(first);
  return [text, ...left.map(words)].join(' ').trim();
};

const stackOf = (value: unknown): string => (value instanceof Error ? (value.stack ?? '') : '');

/** Tells what goes wrong in the page: thrown, rejected and left, logged as an error, or not compiled at all. */
export const watchErrors = (tell: Report): void => {
  const told = new Set<string>();
  const report = (source: 'page' | 'build', message: string, detail = ''): void => {
    const key = `${source}${message}`;
    if (detail.includes(OURS)) return;
    if (message === '' || NOISE.test(message) || told.has(key) || told.size >= MOST) return;
    told.add(key);
    tell({ mk0r: 'error', source, message, ...(detail === '' ? {} : { detail }) });
  };

  addEventListener('error', ({ error, message, filename, lineno }) => {
    const where = filename === '' ? '' : `${filename}:${lineno}`;
    // Of another site's script a page is told nothing; neither is anybody else.
    if (message !== 'Script error.')
      report('page', error === null ? message : words(error), stackOf(error) || where);
  });
  addEventListener('unhandledrejection', ({ reason }) => report('page', words(reason), stackOf(reason)));

  const { error: print } = console;
  console.error = (...args: unknown[]): void => {
    print.apply(console, args);
    report(
      'page',
      asPrinted(args),
      args.map(stackOf).find((stack) => stack !== ''),
    );
  };

  watchOverlay((message, detail) => report('build', message, detail));
};

/** Code that does not compile never runs; Vite draws what is wrong over the page, in an element of its own. */
const watchOverlay = (report: (message: string, detail: string) => void): void => {
  const look = (): void => {
    const shown = overlay();
    const part = (name: string): string => shown?.querySelector(name)?.textContent?.trim() ?? '';
    const message = [part('.plugin'), part('.message-body')].filter((text) => text !== '').join(' ');
    const detail = [part('.file'), part('.frame')].filter((text) => text !== '').join('\n');
    if (message !== '') report(message, detail);
  };
  // The element is filled as it is made, and put in afterwards.
  const additions = new MutationObserver(look);
  const begin = (): void => {
    additions.observe(document.body, { childList: true });
    look();
  };
  if (document.body === null) addEventListener('DOMContentLoaded', begin, { once: true });
  else begin();
};
