import { join } from 'node:path';
import { type GitHost, startGitHost } from '../../../adapters/repository/embedded/git-host.ts';
import { embeddedRepositoryProvider } from '../../../adapters/repository/embedded/provider.ts';
import { mirroredRepositoryProvider } from '../../../adapters/repository/github/mirrored-provider.ts';
import { githubProvider } from '../../../adapters/repository/github/provider.ts';
import type { RepositoryProvider } from '../../../commands/ports/repository.ts';
import { forward, needsRelay, type Part, type PartOptions } from './part.ts';

export type RepositoryPart = Part<RepositoryProvider> & {
  /** The repositories as they are on this machine, which is also what the page shows. */
  readonly git: GitHost;
};

/**
 * With and without GitHub a sandbox pushes to the git host of this server: what it is given opens one repository there,
 * and nothing at GitHub. Only where it reaches GitHub by itself and a GitHub App can make it a token for its one
 * repository does it push there.
 */
export const startRepository = async (options: PartOptions): Promise<RepositoryPart> => {
  const { config, logger } = options;
  const { github } = config.services;
  const git = await startGitHost({
    dataDir: join(config.dataDir, 'git'),
    port: config.ports.git,
    logger: logger.child({ part: 'git' }),
  });
  const part = {
    forwards: [forward(git.port)],
    isUp: () => true,
    close: git.close,
    git,
  };
  if (github === undefined)
    return { ...part, provider: embeddedRepositoryProvider(git), health: () => 'embedded' };
  const { credentials, org, apiUrl } = github;
  const there = githubProvider({
    credentials,
    ...(org === undefined ? {} : { org }),
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
  });
  const isDirect = 'appId' in credentials && !needsRelay(options, apiUrl);
  return {
    ...part,
    provider: mirroredRepositoryProvider(git, there, isDirect ? 'sandbox' : 'server'),
    health: () => 'github',
  };
};
