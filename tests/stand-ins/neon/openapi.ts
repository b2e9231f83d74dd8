import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const SPEC = '@neondatabase/api-client/public-v2-for-users.gen.yaml';
const ROOT = 'neon';

type Json = { readonly [key: string]: Json } | string | undefined;

/** Whether a body is what an operation may answer with that status; what is wrong with it otherwise. */
export type Conforms = (operation: string, status: number, body: unknown) => readonly string[];

const specFile = (): string | undefined => {
  const { MK0R_TEST_NEON_OPENAPI: given } = process.env;
  if (given !== undefined) return given;
  try {
    return createRequire(import.meta.url).resolve(SPEC);
  } catch {
    return undefined;
  }
};

const at = (json: Json, ...path: readonly string[]): Json =>
  path.reduce<Json>((inside, key) => (typeof inside === 'object' ? inside[key] : undefined), json);

const pointer = (...path: readonly string[]): string =>
  `${ROOT}#/${path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;

/**
 * Neon's own OpenAPI description, which ships with its client and must not be copied (its licence is proprietary).
 * `undefined` where that package is not installed.
 */
export const loadNeonSpec = async (): Promise<Conforms | undefined> => {
  const file = specFile();
  if (file === undefined) return undefined;
  const [{ parse }, { Ajv }, { default: addFormats }] = await Promise.all([
    import('yaml'),
    import('ajv'),
    import('ajv-formats'),
  ]);
  const spec: Json = parse(await readFile(file, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: ROOT, ...Object(spec) });

  return (operation, status, body) => {
    const [method = '', path = ''] = operation.split(' ');
    const responses = ['paths', path, method.toLowerCase(), 'responses'];
    const code = at(spec, ...responses, String(status)) === undefined ? 'default' : String(status);
    const reference = at(spec, ...responses, code, '$ref');
    const response = typeof reference === 'string' ? reference.slice(2).split('/') : [...responses, code];
    const $ref = pointer(...response, 'content', 'application/json', 'schema');
    const validate = ajv.compile({ $ref });
    return validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
};
