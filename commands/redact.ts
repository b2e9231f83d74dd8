/** Shorter values are words of the language more often than secrets. */
const MIN_SECRET_CHARS = 8;

/**
 * Takes the session's own secret values out of what its agent says before it becomes an event. By value, not by
 * pattern: what the vault holds is exactly what must not be repeated.
 */
export const createRedactor = (values: Readonly<Record<string, string>>): ((text: string) => string) => {
  const secrets = Object.entries(values)
    .filter(([name, value]) => !isPublicName(name) && value.length >= MIN_SECRET_CHARS)
    .map(([name, value]) => [variableOf(name), value] as const)
    .flatMap(([name, value]) =>
      [value, encodeURIComponent(value), Buffer.from(value).toString('base64')].map(
        (form) => [name, form] as const,
      ),
    )
    .sort(([, a], [, b]) => b.length - a.length);
  return (text) => secrets.reduce((cleaned, [name, form]) => cleaned.replaceAll(form, `[${name}]`), text);
};

/** Variables that name something without giving access to it. */
const PUBLIC = new Set([
  'NEON_HOST',
  'NEON_DB_NAME',
  'NEON_ROLE_NAME',
  'RESEND_AUDIENCE_ID',
  'RESEND_FROM',
  'RESEND_BASE_URL',
  'GITHUB_REPO',
  'GITHUB_REPO_URL',
]);

/** `VITE_` variables end up in the page by design. The vault also keeps each value as it was `written:` last. */
export const isPublicName = (name: string): boolean => {
  const variable = variableOf(name);
  return variable.startsWith('VITE_') || PUBLIC.has(variable);
};

const variableOf = (name: string): string => name.replace(/^written:/, '');
