/** HTTP statuses after which the same request may well succeed: waiting helps, and nobody has to change anything. */
export const isTransient = (status: number): boolean =>
  status >= 500 || [408, 409, 423, 425, 429].includes(status);
