import * as TE from 'fp-ts/lib/TaskEither.js';

export type ListenError = {
  readonly tag: 'ListenError';
  /** For a person: which variable to change, and to what. */
  readonly message: string;
};

type Address = { readonly host: string; readonly port: number };

/**
 * Listens, or says why it cannot in the words of our own configuration. Gives what the server's `listen` gives; for
 * Fastify that is the address, e.g. `http://127.0.0.1:3000`.
 */
export const listenOrExplain = <A>(
  server: { readonly listen: (at: Address) => Promise<A> },
  at: Address,
): TE.TaskEither<ListenError, A> =>
  TE.tryCatch(
    () => server.listen({ host: at.host, port: at.port }),
    (error) => ({ tag: 'ListenError', message: explain(error, at) }),
  );

const explain = (error: unknown, { host, port }: Address): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is already in use. Stop what uses it, or choose another: PORT=${port + 1}.`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Choose one above 1023: PORT=3000.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Choose one that is: HOST=127.0.0.1.`;
    default:
      return `Cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}.`;
  }
};
