/** Knows secret values and takes them out of text, in whatever of the usual encodings they turn up. */
export type Scrubber = {
  /** Registering twice needs unregistering twice. Values shorter than eight characters are not secrets. */
  readonly register: (value: string) => void;
  readonly unregister: (value: string) => void;
  readonly scrub: (text: string) => string;
};

export const REPLACEMENT = '[secret]';
/** Shorter values would match ordinary words; nothing that is handed out as a secret is shorter. */
const SHORTEST = 8;

/**
 * Replaces values, not patterns: only what was registered is recognised, wherever it appears. Forms are found by
 * their first eight characters, so a line costs its length, however many secrets there are.
 */
export const createScrubber = (): Scrubber => {
  const uses = new Map<string, number>();
  /** How many values each form is one of: what is another's too stays when one of them goes. */
  const formsByStart = new Map<string, Map<string, number>>();

  return {
    register: (value) => {
      if (value.length < SHORTEST) return;
      uses.set(value, (uses.get(value) ?? 0) + 1);
      if (uses.get(value) !== 1) return;
      for (const form of formsOf(value)) {
        const start = form.slice(0, SHORTEST);
        const forms = formsByStart.get(start) ?? new Map<string, number>();
        formsByStart.set(start, forms.set(form, (forms.get(form) ?? 0) + 1));
      }
    },
    unregister: (value) => {
      const left = (uses.get(value) ?? 0) - 1;
      if (left > 0) return void uses.set(value, left);
      if (!uses.delete(value)) return;
      for (const form of formsOf(value)) {
        const start = form.slice(0, SHORTEST);
        const forms = formsByStart.get(start);
        const others = (forms?.get(form) ?? 0) - 1;
        if (others > 0) forms?.set(form, others);
        else forms?.delete(form);
        if (forms?.size === 0) formsByStart.delete(start);
      }
    },
    scrub: (text) => replaceForms(text, formsByStart),
  };
};

const replaceForms = (
  text: string,
  formsByStart: ReadonlyMap<string, ReadonlyMap<string, number>>,
): string => {
  if (formsByStart.size === 0) return text;
  let clean = '';
  let copied = 0;
  for (let at = 0; at + SHORTEST <= text.length; at += 1) {
    const forms = formsByStart.get(text.slice(at, at + SHORTEST));
    const length = forms ? longestAt(text, at, forms) : 0;
    if (length === 0) continue;
    clean += text.slice(copied, at) + REPLACEMENT;
    copied = at + length;
    at = copied - 1;
  }
  return copied === 0 ? text : clean + text.slice(copied);
};

const longestAt = (text: string, at: number, forms: ReadonlyMap<string, number>): number => {
  let longest = 0;
  for (const form of forms.keys())
    if (form.length > longest && text.startsWith(form, at)) longest = form.length;
  return longest;
};

const formsOf = (value: string): ReadonlySet<string> => {
  const url = encodeURIComponent(value);
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    url,
    url.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    url.replaceAll('%20', '+'),
    Buffer.from(value).toString('hex'),
    ...[0, 1, 2].flatMap((offset) => base64At(value, offset)),
  ];
  return new Set(forms.filter((form) => form.length >= SHORTEST));
};

/**
 * Base64 of the value as it reads inside something longer, `offset` bytes (mod 3) from its start, without the first
 * and last characters, which the neighbours share: `Authorization: Basic` wraps a password just so.
 */
const base64At = (value: string, offset: number): readonly string[] => {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const own = bytes
    .toString('base64')
    .slice(Math.ceil((offset * 4) / 3))
    .replaceAll('=', '');
  const inner = bytes.length % 3 === 0 ? own : own.slice(0, -1);
  return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
};
