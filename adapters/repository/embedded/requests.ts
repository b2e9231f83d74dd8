import type { IncomingMessage } from 'node:http';
import { isRepository } from './names.ts';

/** A call of git's smart HTTP protocol, the only thing this server understands. */
export type SmartCall = {
  readonly repository: string;
  readonly service: 'git-upload-pack' | 'git-receive-pack';
  readonly method: 'GET' | 'POST';
  readonly pathInfo: string;
  readonly query: string;
};

const PATH = /^\/([^/]+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const isService = (name: string | null | undefined): name is SmartCall['service'] =>
  name === 'git-upload-pack' || name === 'git-receive-pack';

/**
 * The smart call a request makes, or `undefined`: for another path, another name, the dumb protocol (`info/refs`
 * without a service, loose objects). Matched on the raw target, so that nothing is decoded or normalised into one.
 */
export const smartCall = (request: Pick<IncomingMessage, 'method' | 'url'>): SmartCall | undefined => {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const [, repository = '', tail] = PATH.exec(path) ?? [];
  if (!isRepository(repository)) return undefined;
  const pathInfo = `/${repository}.git/${tail}`;
  if (tail === 'info/refs') {
    const service = new URLSearchParams(query).get('service');
    if (request.method !== 'GET' || !isService(service)) return undefined;
    return { repository, service, method: 'GET', pathInfo, query: `service=${service}` };
  }
  if (request.method !== 'POST' || !isService(tail)) return undefined;
  return { repository, service: tail, method: 'POST', pathInfo, query: '' };
};

/** The password of a Basic authorization; the user name says nothing. */
export const basicPassword = (request: Pick<IncomingMessage, 'headers'>): string | undefined => {
  const [, encoded] = /^basic ([a-z0-9+/=]{1,1024})$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon === -1 ? undefined : decoded.slice(colon + 1);
};
