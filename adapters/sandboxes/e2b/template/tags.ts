import { SandboxFailure } from '../../failure.ts';
import { e2bClient } from '../client.ts';
import { asking } from '../errors.ts';
import type { E2bSettings } from '../settings.ts';
import { templateHash } from './stage.ts';

const TIMEOUT_MS = 15_000;

/**
 * The template of this release: `<name>:<hash of its sources>`. A name that has a tag already is taken as it is, by
 * an operator who knows why.
 */
export const templateNamed = (name: string, sourceDir: string): string =>
  name.includes(':') ? name : `${name}:${templateHash(sourceDir)}`;

/** Whether the account has that template with that tag. Rejects where E2B cannot be asked, or refuses the key. */
export const hasTemplate = async (settings: E2bSettings, template: string): Promise<boolean> => {
  const [name = '', tag = 'default'] = template.split(':');
  const { Template } = e2bClient(settings, TIMEOUT_MS);
  try {
    const tags = await asking('asking for the template', () => Template.getTags(name));
    return tags.some((known) => known.tag === tag);
  } catch (error) {
    if (error instanceof SandboxFailure && error.code === 'e2b_template_missing') return false;
    throw error;
  }
};
