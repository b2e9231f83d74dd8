export type Reply = { readonly status: number; readonly type: string; readonly body: string | Buffer };
export type Body = Readonly<Record<string, unknown>>;

export const json = (value: unknown, status = 200): Reply => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});
export const problem = (status: number, code: string, detail: string): Reply => ({
  ...json({ type: 'about:blank', title: code, status, code, detail }, status),
  type: 'application/problem+json',
});
