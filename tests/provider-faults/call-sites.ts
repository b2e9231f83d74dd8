import { Resend } from 'resend';
import { testCluster } from '../../adapters/database/embedded/testing.ts';
import { neonDatabaseProvider } from '../../adapters/database/neon/provider.ts';
import { audienceName, resendProvider } from '../../adapters/mail/resend-provider.ts';
import { githubProvider } from '../../adapters/repository/github/provider.ts';
import type { ServiceProvider } from '../../commands/ports/services.ts';
import { resourceName } from '../../domain/services.ts';
import { startGithubStandIn } from '../stand-ins/github/server.ts';
import { startNeonStandIn } from '../stand-ins/neon/server.ts';
import { startResendStandIn } from '../stand-ins/resend/server.ts';
import { type CallSite, type CallSites, type Connected, posts, through } from './call-site.ts';

/** The deadline of a leg, 15 to 30 s, passes within 6 s; most of a cell is waiting for that or for a delay. */
const QUICK = { times: 5, atOnce: 4 };

const service = async (provider: ServiceProvider): Promise<Connected> => ({
  provider,
  close: async () => undefined,
});

const named = (all: readonly { readonly name: string }[], name: string): number =>
  all.filter((one) => one.name === name).length;

/** Every service of a session, on one stand-in each, and how a session's own is counted there. */
export const startServiceCallSites = async (): Promise<CallSites> => {
  const closers: (() => Promise<void>)[] = [];
  const closing = <A extends { readonly close: () => Promise<void> }>(part: A): A => {
    closers.unshift(part.close);
    return part;
  };

  const files = await testCluster();
  closers.unshift(files.remove);
  const cluster = closing(await files.start());
  const neonKey = 'napi_key_of_the_fault_matrix';
  const neon = closing(await startNeonStandIn({ cluster, key: neonKey, projectsLimit: 1_000 }));
  const neonSite: CallSite = {
    name: 'neon',
    step: 'neon',
    origin: new URL(neon.url).origin,
    isMeant: posts(/^\/api\/v2\/projects$/),
    connect: (url) =>
      service(neonDatabaseProvider({ key: neonKey, baseUrl: through(url, neon.url), sqlUrl: neon.sqlUrl })),
    live: async (slug) => ({ project: named(neon.live(), resourceName(slug)) }),
    ...QUICK,
    secrets: [neonKey, 'npg_'],
  };

  const resendKey = 're_key_of_the_fault_matrix_0123';
  const mail = closing(await startResendStandIn({ key: resendKey }));
  const team = new Resend(resendKey, { baseUrl: mail.url });
  const resendSite = (name: string, path: RegExp): CallSite => ({
    name,
    step: 'resend',
    origin: mail.url,
    isMeant: posts(path),
    connect: (url) => service(resendProvider({ provider: 'resend', key: resendKey, baseUrl: url })),
    live: async (slug) => ({
      audience: named(await everyPage((page) => team.segments.list(page)), audienceName(slug)),
      key: named(await everyPage((page) => team.apiKeys.list(page)), resourceName(slug)),
    }),
    ...QUICK,
    secrets: [resendKey, 're_'],
  });

  const token = 'ghp_token_of_the_fault_matrix_0123456789';
  const github = closing(await startGithubStandIn({ token }));
  const githubSite: CallSite = {
    name: 'github',
    step: 'github',
    origin: new URL(github.url).origin,
    isMeant: posts(/\/user\/repos$/),
    connect: (url) =>
      service(githubProvider({ credentials: { token }, baseUrl: through(url, github.url), throttle: 'off' })),
    live: async (slug) => ({ repository: named(github.live(), resourceName(slug)) }),
    ...QUICK,
    secrets: [token],
  };

  return {
    sites: [
      neonSite,
      resendSite('resend.audience', /^\/segments$/),
      resendSite('resend.key', /^\/api-keys$/),
      githubSite,
    ],
    close: async () => {
      for (const close of closers) await close();
    },
  };
};

type Named = { readonly id: string; readonly name: string };
type Page = { readonly limit: number; readonly after?: string };

const everyPage = async (
  list: (
    page: Page,
  ) => Promise<{ readonly data: { readonly data: readonly Named[]; readonly has_more: boolean } | null }>,
): Promise<readonly Named[]> => {
  const all: Named[] = [];
  for (;;) {
    const last = all.at(-1);
    const { data } = await list({ limit: 100, ...(last === undefined ? {} : { after: last.id }) });
    if (data === null) throw new Error('the mail catcher did not list what it holds');
    all.push(...data.data);
    if (!data.has_more) return all;
  }
};
