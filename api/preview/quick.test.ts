import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createPageStreams, type PageStream } from '../../commands/quick/page-streams.ts';
import { isPageItself, serveQuickPage } from './quick.ts';
import { ask } from './testing.ts';

const PAGE = '<!doctype html>\n<html lang="en"><head><title>Books</title></head><p>Books</p></html>\n';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const serving = async (page: string | PageStream): Promise<number> => {
  const server = createServer((request, response) => {
    const handling = { publicOrigin: 'http://mk0r.test', helper: '<script src="/helper.js"></script>' };
    void serveQuickPage(page, request, response, handling);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

/** What has come of an answer so far, and how it ended. */
const following = async (port: number) => {
  const request = httpRequest({ host: '127.0.0.1', port, agent: false }).end();
  const [response] = await once(request, 'response');
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<'whole' | 'cut'>((resolve) => {
    response.on('end', () => resolve('whole'));
    response.on('error', () => resolve('cut'));
  });
  return { text: () => text, ended };
};

describe('a quick page in the preview', () => {
  test('comes with our script first, and may speak to nobody', async () => {
    const { status, headers, body } = await ask(await serving(PAGE), 'x.preview.test');
    expect(status).toBe(200);
    expect(body).toContain('<head><script src="/helper.js"></script><title>Books</title>');
    const policy = `${headers['content-security-policy']}`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('connect-src');
    expect(policy).toContain('frame-ancestors http://mk0r.test');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  test('comes as it is written, and ends when it is kept', async () => {
    const streams = createPageStreams();
    const writing = streams.begin('session');
    writing.write('<!doctype html><html><head><title>B');
    const stream = streams.of('session');
    if (stream === undefined) throw new Error('nothing is being written');
    const page = await following(await serving(stream));
    await expect.poll(page.text).toContain('<title>B');
    writing.write('ooks</title></head><p>one');
    await expect.poll(page.text).toContain('<p>one');
    writing.write('</html>');
    writing.end('kept');
    expect(await page.ended).toBe('whole');
    expect(streams.of('session')).toBeUndefined();
  });

  test('breaks off where it was given up on: nobody takes a half for a whole', async () => {
    const streams = createPageStreams();
    const writing = streams.begin('session');
    writing.write('<!doctype html><html><head></head><p>half');
    const stream = streams.of('session');
    if (stream === undefined) throw new Error('nothing is being written');
    const page = await following(await serving(stream));
    await expect.poll(page.text).toContain('half');
    writing.end('dropped');
    expect(await page.ended).toBe('cut');
  });

  test.each([
    ['GET', '/', true],
    ['GET', '/?a=1', true],
    ['HEAD', '/index.html', true],
    ['GET', '/api/books', false],
    ['POST', '/', false],
  ])('%s %s is the page itself: %s', (method, url, isIt) => {
    expect(isPageItself({ method, url } as Parameters<typeof isPageItself>[0])).toBe(isIt);
  });
});
