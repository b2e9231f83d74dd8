import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readable } from '../../../provider-api/readable.ts';
import { SandboxFailure } from '../../failure.ts';
import { removeTree } from '../../local/remove.ts';
import { e2bClient } from '../client.ts';
import { asking } from '../errors.ts';
import type { E2bSettings } from '../settings.ts';
import { recipe } from './recipe.ts';
import { stageTemplate } from './stage.ts';
import { hasTemplate } from './tags.ts';

/** An image, packages and an npm install, on a machine of E2B's. */
const BUILD_LIMIT_MS = 20 * 60_000;
const CALL_TIMEOUT_MS = 60_000;

export type TemplateSize = { readonly cpuCount: number; readonly memoryMB: number };

/** What an app, its dev server and its agent need; a build of the app is what takes most. */
export const DEFAULT_SIZE: TemplateSize = { cpuCount: 2, memoryMB: 2048 };

export type BuildOptions = {
  readonly settings: E2bSettings;
  /** With its tag, see `templateNamed`. */
  readonly template: string;
  /** The project's `sandbox/` directory. */
  readonly sourceDir: string;
  readonly size?: TemplateSize;
  /** Builds although there is one of this tag. */
  readonly again?: boolean;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
};

/**
 * Builds the template at E2B, which then has it under `template`. Does nothing where it has it already. Rejects with a
 * `SandboxFailure`: `template_build_failed` says which step, in E2B's words.
 */
export const buildTemplate = async (options: BuildOptions): Promise<'built' | 'there'> => {
  const { settings, template, sourceDir, log, size = DEFAULT_SIZE, again = false } = options;
  if (!again && (await hasTemplate(settings, template))) return 'there';
  const { Template } = e2bClient(settings, CALL_TIMEOUT_MS);
  const limit = AbortSignal.timeout(BUILD_LIMIT_MS);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  const context = mkdtempSync(join(tmpdir(), 'mk0r-template-'));
  try {
    stageTemplate(sourceDir, context);
    await asking(
      'building the template',
      () =>
        Template.build(recipe(Template, context), template, {
          ...size,
          signal,
          onBuildLogs: ({ message }) => log(readable(message)),
        }).catch(sayWhatFailed),
      signal,
    );
    return 'built';
  } finally {
    await removeTree(context);
  }
};

/** `BuildError` and `FileUploadError` of the SDK are no `SandboxError`, and quote no more than the step's own output. */
const sayWhatFailed = (error: unknown): never => {
  if (error instanceof Error && ['BuildError', 'FileUploadError'].includes(error.name))
    throw new SandboxFailure(
      'template_build_failed',
      `E2B could not build it: ${readable(error.message)}`,
      false,
    );
  throw error;
};
