import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { MAX_PICTURE_BYTES, PICTURE_TYPES } from '../../../domain/session/pictures.ts';
import { carriedOut } from '../outcome.ts';
import { KeptPicture, PictureParams, SessionParams } from '../schemas/commands.ts';
import { PictureSchema } from '../schemas/reads.ts';
import { answers, type RouteContext, sessionCommand } from './context.ts';

/** A picture that is too large by little is told so in words of its own; a stream without end is cut. */
const BODY_BYTES = 2 * MAX_PICTURE_BYTES;

/** Pictures of messages: sent here first, then named by a turn. */
export const pictureRoutes =
  ({ app }: RouteContext): FastifyPluginAsyncTypebox =>
  async (server) => {
    // Whatever it is said to be: its bytes are looked at.
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body);
    });

    server.post(
      '/api/sessions/:id/pictures',
      {
        bodyLimit: BODY_BYTES,
        config: { access: 'session' },
        preHandler: (request) => server.limits.turn(request),
        schema: {
          summary: 'Send a picture that a message is to carry',
          description:
            'The body is the file itself: PNG, JPEG, WebP or GIF, at most 2 MB. What it is, its first bytes say. The same picture is kept once.',
          tags: ['turns'],
          consumes: [...PICTURE_TYPES],
          params: SessionParams,
          response: answers({ 201: KeptPicture }),
        },
      },
      async (request, reply) => {
        const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const command = sessionCommand(request, request.params);
        return reply.code(201).send(await carriedOut(app.keepPicture({ ...command, bytes })));
      },
    );

    server.get(
      '/api/sessions/:id/pictures/:pictureId',
      {
        config: { access: 'session' },
        schema: {
          summary: 'A picture that a message carries',
          tags: ['turns'],
          produces: [...PICTURE_TYPES],
          params: PictureParams,
          response: answers({ 200: PictureSchema }),
        },
      },
      async ({ params }, reply) => {
        const { mediaType, bytes } = await carriedOut(app.picture(params.id, params.pictureId));
        return (
          reply
            .type(mediaType)
            .header('content-disposition', 'inline')
            // Its id is of its content. No other browser may have it, and none once the session is deleted.
            .header('cache-control', 'private, max-age=3600, immutable')
            .send(Buffer.from(bytes))
        );
      },
    );
  };
