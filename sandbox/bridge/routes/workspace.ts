import * as z from 'zod';
import { exec } from '../exec.ts';
import { MAX_FILE_BYTES, readRegularFile, writeAtomically } from '../files.ts';
import { gitCredentialSchema, writeGitCredential } from '../git-credential.ts';
import { check, readBytes, readJson } from '../http/body.ts';
import type { Routes } from '../http/server.ts';
import type { Paths } from '../paths.ts';
import { absolutePath, execCommand } from './schemas.ts';

const file = z.object({
  path: absolutePath,
  mode: z
    .string()
    .regex(/^0?[0-7]{1,3}$/, 'must be octal digits, like 600')
    .transform((digits) => Number.parseInt(digits, 8))
    .optional(),
});

const fileQuery = (query: URLSearchParams) => check(file, Object.fromEntries(query));

type Options = {
  readonly paths: Paths;
  readonly runDir: string;
  readonly childEnv: Readonly<Record<string, string>>;
};

/** What the control plane does in the sandbox without the agent: commands, files, the Git credential. */
export const workspaceRoutes = ({ paths, runDir, childEnv }: Options): Routes => ({
  'POST /exec': async ({ request, gone }) => {
    const { cmd, cwd, env, stdin, timeoutMs } = await readJson(request, execCommand);
    return exec({ cmd, cwd: paths.local(cwd), env: { ...childEnv, ...env }, stdin, timeoutMs }, gone);
  },
  'GET /files': async ({ query, response }) => {
    const content = await readRegularFile(await paths.confined(fileQuery(query).path));
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length });
    response.end(content);
  },
  'PUT /files': async ({ request, query }) => {
    const content = await readBytes(request, MAX_FILE_BYTES);
    const { path, mode } = fileQuery(query);
    await writeAtomically(await paths.replaceable(path), content, mode);
    return { bytes: content.length };
  },
  'PUT /git-credential': async ({ request }) => {
    await writeGitCredential(runDir, await readJson(request, gitCredentialSchema));
    return { stored: true };
  },
});
