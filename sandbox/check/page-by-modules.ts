import { type Look, listed } from './look.ts';

const MAX_MODULES = 400;
const AT_A_TIME = 8;

/** `from "/src/App.tsx"`, `import "/src/index.css"`, `import("/src/lazy.tsx")`: as Vite writes them into what it serves. */
const IMPORTS = /(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\/[^"'\s]+)["']/g;
const SCRIPTS = /<script[^>]*\bsrc\s*=\s*["'](\/[^"'\s]+)["']/g;

/**
 * Asks for every module of the app that the page leads to. A file that does not compile, or imports what is not there, is
 * answered with an error by the dev server; what a module does when it runs is not seen.
 */
export const lookByModules = async (origin: string, limitMs: number): Promise<Look> => {
  const signal = AbortSignal.timeout(limitMs);
  const errors: string[] = [];
  const known = new Set<string>();
  let waiting: string[] = [];
  const found = (text: string, pattern: RegExp): void => {
    for (const [, path = ''] of text.matchAll(pattern)) {
      if (known.has(path) || known.size >= MAX_MODULES || isPackage(path)) continue;
      known.add(path);
      waiting.push(path);
    }
  };

  const ask = async (path: string, pattern: RegExp): Promise<void> => {
    try {
      const response = await fetch(`${origin}${path}`, { signal, headers: { accept: '*/*' } });
      const body = await response.text();
      if (response.ok) found(body, pattern);
      else errors.push(`${path.split('?')[0]} answered ${response.status}. ${messageOf(body)}`);
    } catch {
      if (!signal.aborted) errors.push(`${path.split('?')[0]} was not answered.`);
    }
  };

  await ask('/', SCRIPTS);
  while (waiting.length > 0 && !signal.aborted) {
    const batch = waiting.slice(0, AT_A_TIME);
    waiting = waiting.slice(AT_A_TIME);
    await Promise.all(batch.map((path) => ask(path, IMPORTS)));
  }
  if (errors.length === 0 && signal.aborted)
    return {
      how: 'modules',
      ok: false,
      late: true,
      detail: 'The modules of the page were not all served in time.',
    };
  return errors.length === 0
    ? { how: 'modules', ok: true, detail: `All ${known.size} modules of the page are served.` }
    : { how: 'modules', ok: false, detail: listed(errors) };
};

/** Bundled before, and not the app's own. */
const isPackage = (path: string): boolean => path.includes('/node_modules/') || path.startsWith('/@vite/');

/** Vite's error page carries its message as JSON in a script; other servers answer in plain words. */
const messageOf = (body: string): string => {
  const message = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(body)?.[1];
  if (message === undefined)
    return body
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 300);
  return message.replaceAll('\\n', '\n').replaceAll('\\"', '"').slice(0, 500);
};
