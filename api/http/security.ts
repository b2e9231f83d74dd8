import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Site } from '../site.ts';

/**
 * Headers of everything on the app's own origin. The page runs our script only, talks to us only, frames previews
 * only, and is framed by nobody. Previews never pass through here: they have their own origin and their own headers.
 */
export const secureHeaders = async (
  server: FastifyInstance,
  {
    site,
    signIn,
  }: {
    readonly site: () => Site;
    /** Origins beside ours that the page signs in at. */
    readonly signIn: readonly string[];
  },
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
        connectSrc: ["'self'", () => site().socketOrigin, ...signIn],
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
