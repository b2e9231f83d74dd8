import { join } from 'node:path';
import { resourceName } from '../../../domain/services.ts';

const SLUG = /^[a-z0-9]{12}$/;
const REPOSITORY = /^mk0r-[a-z0-9]{12}$/;

export const isSlug = (slug: string): boolean => SLUG.test(slug);

/** The only names that ever become a path: no dot, no slash, no dash in front. */
export const isRepository = (name: string): boolean => REPOSITORY.test(name);

export const repositoryName = resourceName;

export const repositoryPath = (dataDir: string, name: string): string => join(dataDir, `${name}.git`);
