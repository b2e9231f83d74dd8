import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';

/** RFC 6761: never anybody's. */
export const DOMAIN = 'e2b.test';

const isIts = (hostname: unknown): boolean =>
  typeof hostname === 'string' && (hostname === DOMAIN || hostname.endsWith(`.${DOMAIN}`));

/** A certificate for the domain and every name below it, good for a day. */
const certificate = (): { readonly key: string; readonly cert: string } => {
  const dir = mkdtempSync(join(tmpdir(), 'mk0r-cert-'));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const names = `subjectAltName=DNS:${DOMAIN},DNS:*.${DOMAIN}`;
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...kind, '-subj', `/CN=${DOMAIN}`, '-addext', names, '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(dir, { recursive: true });
  }
};

/**
 * Makes this process find every name below `e2b.test` on this machine, and trust who answers there: what a wildcard
 * record and a certificate do for a domain of E2B's.
 */
export const pretendDomain = () => {
  const pair = certificate();
  const trusted = tls.getCACertificates();
  const lookup = dns.lookup;
  tls.setDefaultCACertificates([...trusted, pair.cert]);
  const here = (hostname: string, options: unknown, callback: unknown): void => {
    const [given, answer] = typeof options === 'function' ? [{}, options] : [options, callback];
    Reflect.apply(lookup, dns, [isIts(hostname) ? '127.0.0.1' : hostname, given, answer]);
  };
  dns.lookup = Object.assign(here, { __promisify__: lookup.__promisify__ }) as typeof dns.lookup;
  return {
    tls: pair,
    restore: (): void => {
      dns.lookup = lookup;
      tls.setDefaultCACertificates(trusted);
    },
  };
};
