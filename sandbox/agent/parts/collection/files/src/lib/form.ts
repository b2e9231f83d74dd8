/** What was typed into a field, or `null` where it was left empty. */
export function textOf(form: FormData, name: string): string | null {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

export function numberOf(form: FormData, name: string): number | null {
  const text = textOf(form, name);
  return text === null ? null : Number(text);
}

/** `one, two` as two tags, each once. */
export function tagsOf(form: FormData, name: string): string[] {
  const tags = (textOf(form, name) ?? '').split(',').map((tag) => tag.trim().slice(0, 40));
  return [...new Set(tags.filter(Boolean))].slice(0, 20);
}

export function choiceOf<Option extends string>(
  form: FormData,
  name: string,
  options: readonly Option[],
): Option | null {
  return options.find((option) => option === form.get(name)) ?? null;
}

/** The visitor's day, as a date input wants it. */
export function today(): string {
  const now = new Date();
  const twoDigits = (part: number) => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${twoDigits(now.getMonth() + 1)}-${twoDigits(now.getDate())}`;
}
