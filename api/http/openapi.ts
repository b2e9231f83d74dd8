import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { OPERATOR_COOKIE } from './operators.ts';
import { ProblemSchema } from './problem.ts';
import { VERSIONS } from './versions.ts';

/** The description of the API, made from the routes' own schemas; a page for it at `/docs`. */
export const describeApi = async (server: FastifyInstance): Promise<void> => {
  server.addSchema(ProblemSchema);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'mk0r',
        version: VERSIONS.mk0r ?? '0',
        description:
          'An AI app builder whose backend exists before the first prompt. Errors are `application/problem+json` with a stable `code`. Commands take a `commandId`: repeating one is answered as before.',
      },
      components: {
        securitySchemes: {
          visitor: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Firebase ID token of an anonymous visitor.',
          },
          sessionKey: { type: 'apiKey', in: 'header', name: 'x-session-key' },
          operator: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN' },
          operatorSignIn: {
            type: 'apiKey',
            in: 'cookie',
            name: OPERATOR_COOKIE,
            description:
              'Bought with ADMIN_TOKEN; where it stands for the token, requests that change something need our own Origin.',
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`,
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access;
      const security = {
        visitor: [{ visitor: [] }],
        session: [{ visitor: [], sessionKey: [] }],
        operator: [{ operator: [] }, { operatorSignIn: [] }],
        live: [{ visitor: [] }, { operator: [] }, { operatorSignIn: [] }],
        metrics: [{ operator: [] }, { operatorSignIn: [] }, {}],
        pool: [{ operator: [] }, {}],
        public: [],
      }[access ?? 'public'];
      return { schema: { ...schema, security, hide: access === undefined }, url };
    },
  });
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
};
