import { fileURLToPath } from 'node:url';
import type { E2bSettings } from '../../adapters/sandboxes/e2b/settings.ts';
import type { E2bConfig } from '../config/e2b.ts';

export const SANDBOX_SOURCES = fileURLToPath(new URL('../../sandbox', import.meta.url));

/** How E2B is reached, and the template this version makes its sandboxes from. The SDK is large: loaded when used. */
export const e2bTemplate = async ({
  template: name,
  egress: _,
  ...settings
}: E2bConfig): Promise<{ readonly settings: E2bSettings; readonly template: string }> => {
  const { templateNamed } = await import('../../adapters/sandboxes/e2b/template/tags.ts');
  return { settings, template: templateNamed(name, SANDBOX_SOURCES) };
};
