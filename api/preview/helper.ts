import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';

/** Beside the built page; `web/preview-helper` has the source. */
const FILES: Readonly<Record<string, string>> = {
  '/__mk0r/helper.js': 'preview/helper.js',
  '/__mk0r/picture.js': 'preview/picture.js',
};

/**
 * A script on the app's own origin that tells our page, and only ours, what the app's page does: where it is, what goes
 * wrong in it, what it looks like. It has no right the app has not.
 */
export const openHelper = (webRoot: string) => {
  const files = new Map<string, Buffer>();
  const load = (path: string): Buffer | undefined => {
    const name = FILES[path];
    const known = files.get(path);
    if (name === undefined || known !== undefined) return known;
    try {
      const file = readFileSync(join(webRoot, name));
      files.set(path, file);
      return file;
    } catch {
      return undefined; // The page is not built: previews work, and say less.
    }
  };
  return {
    /** `true` where the path is one of its files and was answered. */
    serve: (path: string, response: ServerResponse): boolean => {
      const file = load(path.split('?', 1)[0] ?? '');
      if (file === undefined) return false;
      response.writeHead(200, {
        'content-type': 'text/javascript; charset=utf-8',
        'content-length': file.length,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      });
      response.end(file);
      return true;
    },
    tag: (publicOrigin: string): string =>
      `<script src="/__mk0r/helper.js" data-page="${publicOrigin}"></script>`,
  };
};

/** A page says in its first bytes where its head is; one that does not by then has none. */
const LOOKED_THROUGH_BYTES = 64 * 1024;

/** Puts the tag first into the page's head, before any script that may fail. */
export const withHelper = (tag: string): Transform => {
  let held: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === undefined) return done(null, chunk);
      held = Buffer.concat([held, chunk]);
      const at = placeIn(held);
      if (at === undefined && held.length < LOOKED_THROUGH_BYTES) return done();
      const whole = inserted(held, at ?? afterDoctype(held), tag);
      held = undefined;
      return done(null, whole);
    },
    flush(done) {
      return held === undefined ? done() : done(null, inserted(held, afterDoctype(held), tag));
    },
  });
};

/** As bytes: the page is text in whatever encoding, and its tags are ASCII in all that browsers know. */
const placeIn = (page: Buffer): number | undefined => {
  const head = /<head(\s[^>]*)?>/i.exec(page.toString('latin1'));
  return head === null ? undefined : head.index + head[0].length;
};

const afterDoctype = (page: Buffer): number => {
  const doctype = /^\s*<!doctype[^>]*>/i.exec(page.toString('latin1'));
  return doctype === null ? 0 : doctype[0].length;
};

const inserted = (page: Buffer, at: number, tag: string): Buffer =>
  Buffer.concat([page.subarray(0, at), Buffer.from(tag), page.subarray(at)]);
