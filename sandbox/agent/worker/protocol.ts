/** What the agent has its worker do; `id` comes back with the answer. */
export type Task = { readonly id: number } & (
  | { readonly kind: 'change'; readonly name: string }
  | { readonly kind: 'count'; readonly tables: readonly string[] }
);

/** `ready` once, when everything is loaded; then an answer to each task. */
export type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly ok: boolean; readonly output: string };
