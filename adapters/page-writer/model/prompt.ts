import type { PageRequest } from '../../../commands/ports/page-writer.ts';

/** What a page has to be, and how it is handed over. */
export const instructions = `You write one self-contained HTML file: a small app that works by itself in a browser.

- Everything is in the file: CSS in one <style>, JavaScript in one <script> at the end of <body>. No network at all: no CDN, no web font, no image that is not inline, no fetch. The page's policy forbids it.
- There is no backend. What is entered is kept in localStorage, and survives a reload. Where localStorage throws, as it may inside a frame, the page works all the same and says that it keeps nothing here. Say nothing of servers, accounts or mail as if they were there.
- The page is shown while you write it: put the visible markup first, so that it looks right without its script, and the script last.
- It works by keyboard, on a phone and in the dark (color-scheme: light dark), with labels for every input and contrast of at least 4.5:1.
- It does what was asked for, completely: no placeholder, no "coming soon", no invented data.

Answer with one short sentence that says what you did, and what you left out, if anything. Then the whole file, from <!doctype html> to </html>, and nothing after it. Where the request needs no change of the page, answer with the sentence alone.`;

const MAX_EARLIER_CHARS = 12_000;

/** The message, with the page it is about; what was asked for before, as far as there is room. */
export const question = ({ prompt, earlier, page, findings }: PageRequest): string => {
  const before = earlier.join('\n\n').slice(-MAX_EARLIER_CHARS);
  return [
    ...(before === '' ? [] : [`What was asked for before, oldest first:\n\n${before}`]),
    ...(page === undefined ? [] : [`The file as it is:\n\n${page}`]),
    ...(findings === undefined
      ? []
      : [`This file was just written and does not hold:\n\n${findings}\n\nWrite it again, corrected.`]),
    `${page === undefined ? 'Write' : 'Change'} it as asked:\n\n${prompt}`,
  ].join('\n\n');
};
