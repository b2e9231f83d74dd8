import { createReadStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Refusal } from './wire.ts';

const HOME = '/home/user';

const place = (path: string): string => resolve(HOME, path.replace(/^~(?=$|\/)/, HOME));

/** `GET /files` (download.go of envd). */
export const readFileInto = async (response: ServerResponse, path: string): Promise<void> => {
  const full = place(path);
  const info = await stat(full).catch(() => {
    throw new Refusal(404, 404, `path '${full}' does not exist`);
  });
  if (info.isDirectory()) throw new Refusal(400, 400, `path '${full}' is a directory`);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': info.size });
  createReadStream(full).pipe(response);
};

const write = async (path: string, content: Uint8Array) => {
  const full = place(path);
  await mkdir(dirname(full), { recursive: true });
  // In place and not by rename, so that a reader may see a part of it.
  await writeFile(full, content);
  return { path: full, name: basename(full), type: 'file' };
};

/** `POST /files` (upload.go of envd): parts named `file`, or one body as it is. Directories are made. */
export const writeFilesFrom = async (request: IncomingMessage, path: string | null) => {
  const type = request.headers['content-type'] ?? '';
  const body = await buffer(request);
  if (type.startsWith('application/octet-stream')) {
    if (path === null) throw new Refusal(400, 400, 'path query parameter is required for raw body upload');
    return [await write(path, body)];
  }
  if (!type.startsWith('multipart/'))
    throw new Refusal(
      400,
      400,
      `unsupported content type: ${type}, expected multipart/form-data or application/octet-stream`,
    );
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const written = [];
  for (const part of form.getAll('file')) {
    if (typeof part === 'string') continue;
    written.push(await write(path ?? part.name, new Uint8Array(await part.arrayBuffer())));
  }
  return written;
};
