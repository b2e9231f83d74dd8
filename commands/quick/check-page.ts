import { Script } from 'node:vm';
import { type Finding, finding } from '../turns/checks.ts';
import { MAX_PAGE_BYTES } from './kept-pages.ts';

const BEGINS = /^<(!doctype html|html)\b/i;
const ENDS = /<\/html\s*>$/i;
const CLASSIC = /^(text|application)\/(java|ecma)script$/i;

/**
 * What can be said of a page without showing it: that it is a whole one, small enough to be kept, and that its scripts can
 * be read. They are compiled, and never run here.
 */
export const checkPage = (page: string): Finding => {
  const why = whyNoPage(page.trim()) ?? whyUnreadable(page);
  return {
    ...(why === undefined
      ? finding('page', 'passed', 'The page is whole, and its scripts can be read.')
      : finding('page', 'failed', why)),
    how: 'source',
  };
};

const whyNoPage = (page: string): string | undefined => {
  if (!BEGINS.test(page)) return 'It does not begin with <!doctype html>.';
  const bytes = Buffer.byteLength(page);
  if (bytes > MAX_PAGE_BYTES)
    return `It has ${bytes.toLocaleString('en')} bytes; a page may have ${MAX_PAGE_BYTES.toLocaleString('en')}.`;
  return ENDS.test(page.slice(-100)) ? undefined : 'It does not end with </html>: it was cut off.';
};

const whyUnreadable = (page: string): string | undefined => {
  for (const { attributes, code } of scriptsIn(page)) {
    const type = /\btype\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1];
    if (/\bsrc\s*=/i.test(attributes) || (type !== undefined && !CLASSIC.test(type))) continue;
    try {
      new Script(code, { filename: 'index.html' });
    } catch (error) {
      return `A script cannot be read: ${error instanceof Error ? error.message : 'its syntax is wrong'}.`;
    }
  }
  return undefined;
};

/** Step by step, and each character once: what is looked through is a stranger's, and a pattern could be made to take for ever. */
function* scriptsIn(page: string): Generator<{ readonly attributes: string; readonly code: string }> {
  const lower = page.toLowerCase();
  for (let at = 0; ; ) {
    const begins = lower.indexOf('<script', at);
    const opens = begins === -1 ? -1 : lower.indexOf('>', begins);
    const closes = opens === -1 ? -1 : lower.indexOf('</script', opens);
    if (closes === -1) return;
    yield {
      attributes: page.slice(begins + '<script'.length, opens).slice(0, 1_000),
      code: page.slice(opens + 1, closes),
    };
    at = closes;
  }
}
