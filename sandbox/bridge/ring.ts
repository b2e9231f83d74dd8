/** The last `limit` characters of what was written, for a look at what a child said before it died. */
export type Ring = {
  readonly write: (chunk: string) => void;
  readonly text: () => string;
};

export const createRing = (limit: number): Ring => {
  let kept = '';
  return {
    write: (chunk) => {
      kept = (kept + chunk).slice(-limit);
    },
    text: () => kept,
  };
};
