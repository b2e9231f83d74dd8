import { existsSync } from 'node:fs';

/** Takes in `.env` of the working directory, where there is one; what the environment says already stays. */
export const loadEnvFile = (path = '.env'): void => {
  if (existsSync(path)) process.loadEnvFile(path);
};
