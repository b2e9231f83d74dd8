import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

const SUFFIX = '.stand-in.test';
const unknown = new Set<string>();

/** A host name of this machine that is looked up like any other, and can be made unknown. */
export const hostNamed = (label: string): string => `${label}${SUFFIX}`;

export const forgetHost = (host: string): void => void unknown.add(host);
export const rememberHost = (host: string): void => void unknown.delete(host);

const notFound = (host: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname: host,
  });

/**
 * Answers for names below `.stand-in.test` in place of the system's resolver, which every socket asks when it is told a
 * name; the sockets are real. @returns what puts the system's back
 */
export const resolveStandIns = (): (() => void) => {
  const system = dns.lookup;
  const lookup: LookupFunction = (host, options, callback) => {
    if (!host.endsWith(SUFFIX)) return system(host, options, callback);
    process.nextTick(() => {
      if (unknown.has(host)) callback(notFound(host), '', 4);
      else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(null, '127.0.0.1', 4);
    });
  };
  Object.assign(dns, { lookup });
  return () => void Object.assign(dns, { lookup: system });
};
