import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Site } from '../site.ts';

/** Where the page's sign-in speaks to when identity is Firebase's own. */
const FIREBASE = ['https://identitytoolkit.googleapis.com', 'https://securetoken.googleapis.com'];

/**
 * Headers of everything on the app's own origin. The page runs our script only, talks to us only, frames previews
 * only, and is framed by nobody. Previews never pass through here: they have their own origin and their own headers.
 */
export const secureHeaders = async (
  server: FastifyInstance,
  { site, cloudIdentity }: { readonly site: () => Site; readonly cloudIdentity: boolean },
): Promise<void> => {
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Attributes only: the inbox shows mails in a sandboxed frame, which inherits this policy.
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", () => site().socketOrigin, ...(cloudIdentity ? FIREBASE : [])],
        frameSrc: [() => site().previewWildcard],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // A browser ignores it over plain HTTP, where `npm start` serves.
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
  });
};
