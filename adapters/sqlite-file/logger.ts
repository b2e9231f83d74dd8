/** What the embedded stores have to say; a pino logger fits. Fields never hold a secret. */
export type Logger = { readonly warn: (fields: object, message: string) => void };
