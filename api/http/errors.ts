import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ViewsUnavailable } from '../../projections/views-unavailable.ts';
import { PROBLEM_TYPE, ProblemError, problemBody } from './problem.ts';

type Answer = { readonly status: number; readonly code: string; readonly detail: string };

/** Fastify's own refusals in our words. What is not here and not a validation error is a bug, and masked. */
const KNOWN: Readonly<Record<string, Answer>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'malformed_json',
    detail: 'The body is not valid JSON.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'malformed_json',
    detail: 'The body is empty; send JSON, at least {}.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'The body is larger than this server takes.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'Send the body as application/json.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid_request',
    detail: 'The body is not as long as Content-Length says.',
  },
};

/** Every error of every route leaves through here, as `application/problem+json`. */
export const handleErrors = (server: FastifyInstance): void => {
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const { status, code, detail } = answerTo(error);
    if (status === 503) request.log.warn({ code, reason: error.message }, 'request turned away');
    else if (status >= 500) request.log.error({ err: error, code }, 'request failed');
    if (error instanceof ProblemError) reply.headers(error.headers);
    if (error instanceof ViewsUnavailable) reply.header('retry-after', '2');
    return send(request, reply, { status, code, detail });
  });
  server.setNotFoundHandler((request, reply) =>
    send(request, reply, { status: 404, code: 'not_found', detail: 'There is nothing at this address.' }),
  );
};

const send = (request: FastifyRequest, reply: FastifyReply, { status, code, detail }: Answer): FastifyReply =>
  reply
    .code(status)
    .type(PROBLEM_TYPE)
    .send(problemBody(status, code, detail, request.id));

const answerTo = (error: FastifyError): Answer => {
  if (error instanceof ProblemError) {
    return { status: error.statusCode, code: error.code, detail: error.message };
  }
  if (error instanceof ViewsUnavailable)
    return {
      status: 503,
      code: 'views_unavailable',
      detail: 'What is kept for showing cannot be read just now. Nothing is lost; try again shortly.',
    };
  if (error.validation) return { status: 400, code: 'invalid_request', detail: complaint(error) };
  const known = KNOWN[error.code];
  if (known) return known;
  // JSON.parse of a body with a __proto__ key, and the like, come as plain 4xx errors.
  if (error.statusCode === 400) {
    return { status: 400, code: 'malformed_json', detail: 'The body is not JSON this server accepts.' };
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return { status: error.statusCode, code: 'invalid_request', detail: 'The request was refused.' };
  }
  return { status: 500, code: 'internal', detail: 'Something went wrong here; it has been logged.' };
};

/** The first thing that does not fit, with where it is: `body/prompt must not have more than 8000 characters`. */
const complaint = (error: FastifyError): string => {
  const first = error.validation?.find(({ keyword }) => keyword !== 'boolean');
  const where = `${error.validationContext ?? 'request'}${first?.instancePath ?? ''}`;
  const extra = [first?.params.additionalProperties].flat().filter((name) => typeof name === 'string');
  const named = extra.length > 0 ? ` (${extra.join(', ').slice(0, 200)})` : '';
  return `${where} ${first?.message ?? 'is not what this route takes'}${named}.`;
};
