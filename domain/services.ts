/** The four backends a session owns before its first prompt, by the names the product uses for them. */
export const SERVICES = ['posthog', 'neon', 'resend', 'github'] as const;
export type ServiceName = (typeof SERVICES)[number];

/**
 * Names each service contributes to `/app/.env`. A service that failed or is not configured contributes no line.
 * `RESEND_FROM` and `RESEND_BASE_URL` appear only where the provider hands them out.
 */
export const SERVICE_ENV_NAMES = {
  posthog: ['VITE_POSTHOG_KEY', 'VITE_POSTHOG_HOST', 'VITE_POSTHOG_APP_ID'],
  neon: ['DATABASE_URL', 'NEON_HOST', 'NEON_DB_NAME', 'NEON_ROLE_NAME', 'NEON_ROLE_PASSWORD'],
  resend: ['RESEND_API_KEY', 'RESEND_AUDIENCE_ID', 'RESEND_FROM', 'RESEND_BASE_URL'],
  github: ['GITHUB_REPO', 'GITHUB_REPO_URL'],
} as const satisfies Record<ServiceName, readonly string[]>;

/** The name every provider resource of a session carries, so that a retry finds what a lost response left behind. */
export const resourceName = (slug: string): string => `mk0r-${slug}`;

/** Postgres names may not hold a dash without quoting everywhere; role and database share this one. */
export const databaseName = (slug: string): string => `mk0r_${slug}`;
