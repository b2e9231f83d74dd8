import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomically } from './files.ts';

/** Git's credential protocol is `name=value` lines, so a value must not be able to start another. */
const line = z
  .string()
  .min(1)
  .max(4_096)
  .refine((text) => !/[\r\n\0]/.test(text), 'must be one line');

export const gitCredentialSchema = z.strictObject({
  username: line,
  password: line,
  url: z.url({ protocol: /^https?$/ }).max(2_048),
  expiresAt: z.iso.datetime({ offset: true }),
});

export type GitCredentialFile = z.infer<typeof gitCredentialSchema>;

/** The path as Git asks for it: no slash at its ends. */
const repositoryPath = (url: URL): string => url.pathname.replace(/^\/+|\/+$/g, '');

/** Leaves the credential where `git-credential-mk0r` looks for it, for the owner's eyes only. */
export const writeGitCredential = (runDir: string, credential: GitCredentialFile): Promise<void> => {
  const url = new URL(credential.url);
  const lines = [
    `protocol=${url.protocol.replace(':', '')}`,
    `host=${url.host}`,
    `path=${repositoryPath(url)}`,
    `username=${credential.username}`,
    `password=${credential.password}`,
    `password_expiry_utc=${Math.floor(Date.parse(credential.expiresAt) / 1_000)}`,
  ];
  return writeAtomically(join(runDir, 'git-credential'), Buffer.from(`${lines.join('\n')}\n`), 0o600);
};
