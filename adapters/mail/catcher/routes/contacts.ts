import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { callerOf, contactScope } from '../caller.ts';
import type { Contacts } from '../contacts.ts';
import type { Segments } from '../segments.ts';
import { check, contactChangeSchema, contactSchema } from '../validation.ts';

type Path = { readonly segment?: string; readonly contact: string };

/** Contacts: open to full access, and to a sandbox key for its own audience. */
export const contactRoutes =
  ({ contacts, segments }: { contacts: Contacts; segments: Segments }): FastifyPluginCallback =>
  (server, _options, done) => {
    const scopeOf = (request: FastifyRequest, named?: string): string | undefined => {
      const scope = contactScope(callerOf(request), named);
      if (scope !== undefined) segments.get(scope);
      return scope;
    };

    // SDK 6.38 uses all three: /contacts, /audiences/:id/contacts (with `audienceId`), /segments/:id/contacts (list).
    for (const base of ['', '/audiences/:segment', '/segments/:segment']) {
      server.post<{ Params: Path }>(`${base}/contacts`, async (request, reply) => {
        const scope = scopeOf(request, request.params.segment);
        const input = check(contactSchema, request.body);
        const id = contacts.put(scopeOf(request, input.segments?.[0]?.id ?? scope) ?? '', input);
        return reply.code(201).send({ object: 'contact', id });
      });
      server.get<{ Params: Path }>(`${base}/contacts`, async (request) =>
        contacts.list(scopeOf(request, request.params.segment), request.query),
      );
      server.get<{ Params: Path }>(`${base}/contacts/:contact`, async (request) => {
        const { segmentId, properties, ...contact } = contacts.get(
          scopeOf(request, request.params.segment),
          request.params.contact,
        );
        return { object: 'contact', ...contact, properties: typed(properties) };
      });
      server.patch<{ Params: Path }>(`${base}/contacts/:contact`, async (request) => {
        const scope = scopeOf(request, request.params.segment);
        const id = contacts.change(scope, request.params.contact, check(contactChangeSchema, request.body));
        return { object: 'contact', id };
      });
      server.delete<{ Params: Path }>(`${base}/contacts/:contact`, async (request) => {
        const id = contacts.remove(scopeOf(request, request.params.segment), request.params.contact);
        return { object: 'contact', contact: id, deleted: true };
      });
    }

    server.get<{ Params: Path }>('/contacts/:contact/segments', async (request) => {
      const { segmentId } = contacts.get(scopeOf(request), request.params.contact);
      return { object: 'list', has_more: false, data: segmentId === '' ? [] : [segments.get(segmentId)] };
    });
    server.post<{ Params: Required<Path> }>('/contacts/:contact/segments/:segment', async (request) => {
      const { contact, segment } = request.params;
      scopeOf(request, segment);
      return { id: contacts.join(scopeOf(request), contact, segment) };
    });
    server.delete<{ Params: Required<Path> }>('/contacts/:contact/segments/:segment', async (request) => {
      const { contact, segment } = request.params;
      // A contact outside every segment could be reached by no sandbox key any more, so it goes altogether.
      return { id: contacts.remove(scopeOf(request, segment), contact), audienceId: segment, deleted: true };
    });
    done();
  };

/** Resend answers properties with their type beside them; what is null is not set. */
const typed = (properties: Readonly<Record<string, string | number | boolean | null>>) =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [
        name,
        typeof value === 'number' ? { type: 'number', value } : { type: 'string', value: String(value) },
      ]),
  );
