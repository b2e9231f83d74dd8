import type { Provisioned } from '../../../commands/ports/services.ts';
import { misread, ProviderFailure } from '../../provider-api/failure.ts';
import { REGION } from './api.ts';

const unusable = () => new ProviderFailure(misread('Neon', 'a connection string that is none'));

/** What a session is given of a project, read from its connection string; that one is handed on as it came. */
export const provisioned = (projectId: string, uri: string): Provisioned => {
  if (!URL.canParse(uri)) throw unusable();
  const { protocol, username, password, hostname, pathname } = new URL(uri);
  const database = decodeURIComponent(pathname.slice(1));
  if (!/^postgres(ql)?:$/.test(protocol) || [username, password, hostname, database].includes(''))
    throw unusable();
  return {
    resourceId: projectId,
    facts: { projectId, host: hostname, database, postgres: '17', region: REGION },
    env: {
      DATABASE_URL: uri,
      NEON_HOST: hostname,
      NEON_DB_NAME: database,
      NEON_ROLE_NAME: decodeURIComponent(username),
      NEON_ROLE_PASSWORD: decodeURIComponent(password),
    },
  };
};
