// Runs inside a sandbox, as envd does in each of E2B's: `node main.ts <socket>`. What comes in has been let in by the
// proxy outside, and names the sandbox's own user only.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { readFileInto, writeFilesFrom } from './files.ts';
import { filesystemCall } from './filesystem.ts';
import { processCall } from './process.ts';
import { Refusal, sendJson } from './wire.ts';

const [socketPath = ''] = process.argv.slice(2);

const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const url = new URL(request.url ?? '/', 'http://envd');
  const called = `${request.method} ${url.pathname}`;
  if (called === 'GET /health') {
    response.writeHead(204).end();
  } else if (called === 'GET /files') {
    await readFileInto(response, url.searchParams.get('path') ?? '');
  } else if (called === 'POST /files') {
    sendJson(response, 200, await writeFilesFrom(request, url.searchParams.get('path')));
  } else if (called.startsWith('POST /process.Process/')) {
    await processCall(url.pathname.slice('/process.Process/'.length), request, response);
  } else if (called.startsWith('POST /filesystem.Filesystem/')) {
    const answer = await filesystemCall(url.pathname.slice('/filesystem.Filesystem/'.length), request);
    sendJson(response, 200, answer);
  } else {
    throw new Refusal(404, 404, 'no such route');
  }
};

const server = createServer((request, response) => {
  route(request, response).catch((error: unknown) => {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 500, String(error));
    if (response.headersSent) response.destroy();
    else sendJson(response, refusal.status, { code: refusal.code, message: refusal.message });
  });
});

// How the proxy outside reaches a port in here; for E2B's own it is the machine's address.
server.on('connect', (request, socket) => {
  const port = Number(request.url?.split(':').at(-1));
  const inner = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.on('error', () => inner.destroy());
  inner.once('connect', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    inner.pipe(socket);
    socket.pipe(inner);
  });
  inner.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'));
  inner.once('close', () => socket.destroy());
  socket.once('close', () => inner.destroy());
});

server.listen(socketPath, () => console.log('envd ready'));
