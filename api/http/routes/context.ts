import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { SessionCommand } from '../../application/command.ts';
import type { Application } from '../../application.ts';
import type { Config } from '../../config.ts';
import type { Tickets } from '../../live/tickets.ts';
import type { Metrics } from '../../metrics.ts';
import type { Panels } from '../../panels.ts';
import type { Site } from '../../site.ts';
import { visitorOf } from '../access.ts';
import type { Operators } from '../operators.ts';
import type { ProblemSchema } from '../problem.ts';

/** What routes are made of. */
export type RouteContext = {
  readonly app: Application;
  readonly config: Config;
  readonly panels: Panels;
  readonly metrics: Metrics;
  readonly tickets: Tickets;
  readonly operators: Operators;
  /** Known once the server listens, where the system chose the port. */
  readonly site: () => Site;
  readonly identity: PublicIdentity;
  /** Names of the services that are served by embedded parts. */
  readonly embedded: readonly string[];
};

/** What the page needs to sign a visitor in. */
export type PublicIdentity = {
  readonly firebase: { readonly apiKey: string; readonly projectId: string; readonly authDomain: string };
  /** Origins the page signs in at; `here` where identity is embedded and its SDK is to speak to our own. */
  readonly signIn: 'here' | readonly string[];
  /** Where the page's SDK is to speak to instead of Google. */
  readonly apiUrl?: string;
};

/** Every route's schema: what success looks like, and that anything else is a problem document. */
export const answers = <R extends Readonly<Record<number, unknown>>>(success: R) => ({
  ...success,
  '4xx': Type.Ref('Problem') as unknown as typeof ProblemSchema,
  '5xx': Type.Ref('Problem') as unknown as typeof ProblemSchema,
});

/** The command's own id, or a fresh one where the client has no need to repeat it. */
export const commandIdOf = (body: { readonly commandId?: string } | null | undefined): string =>
  body?.commandId ?? randomUUID();

export const sessionCommand = (
  request: FastifyRequest,
  session: { readonly id: string },
  body?: { readonly commandId?: string } | null,
): SessionCommand => ({
  commandId: commandIdOf(body),
  sessionId: session.id,
  owner: visitorOf(request).uid,
});
