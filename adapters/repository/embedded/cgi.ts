import { Transform, type TransformCallback } from 'node:stream';

export type CgiHead = { readonly status: number; readonly headers: readonly (readonly [string, string])[] };

const MAX_HEAD_BYTES = 64 * 1024;

/** `Status: 404 Not Found` and header lines, as RFC 3875 has a CGI program answer. */
export const parseCgiHead = (text: string): CgiHead => {
  const headers = text
    .split(/\r?\n/)
    .map(
      (line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()] as const,
    )
    .filter(([name]) => name !== '');
  const status = Number(headers.find(([name]) => name.toLowerCase() === 'status')?.[1].slice(0, 3) ?? 200);
  return {
    status: Number.isInteger(status) && status >= 200 && status < 600 ? status : 502,
    headers: headers.filter(([name]) => name.toLowerCase() !== 'status'),
  };
};

/** Passes a CGI answer's body on, after handing its head to `onHead`; an answer without a head is an error. */
export const cgiBody = (onHead: (head: CgiHead) => void): Transform => {
  let pending: Buffer | undefined = Buffer.alloc(0);

  const transform = (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void => {
    if (pending === undefined) {
      done(null, chunk);
      return;
    }
    pending = Buffer.concat([pending, chunk]);
    const text = pending.toString('latin1');
    const end = /\r?\n\r?\n/.exec(text);
    if (end === null) {
      done(pending.length > MAX_HEAD_BYTES ? new Error('CGI head too long') : null);
      return;
    }
    const body = pending.subarray(end.index + end[0].length);
    pending = undefined;
    onHead(parseCgiHead(text.slice(0, end.index)));
    done(null, body);
  };
  return new Transform({
    transform,
    flush: (done) => done(pending === undefined ? null : new Error('CGI answer without a head')),
  });
};
