import { capital, words } from '../compose/text.ts';
import type { Part } from '../spec.ts';

export type Heading = { readonly title: string; readonly tagline: string };

/** What an app is called when its owner did not say. */
export function headingFor(part: Part, prompt: string): Heading {
  switch (part.kind) {
    case 'habits':
      return { title: 'Habits', tagline: 'A little, every day.' };
    case 'waitlist':
      return {
        title: productOf(prompt) ?? 'Be the first to know',
        tagline: 'Leave your address and hear from us first.',
      };
    case 'collection':
      return { title: capital(words(part.entity.plural)), tagline: '' };
  }
}

/** `a waitlist for Nimbus` names the product; `a waitlist for my bakery` does not. */
function productOf(prompt: string): string | undefined {
  return /\bfor\s+((?:[A-Z][\p{L}\p{N}]*)(?:\s[A-Z][\p{L}\p{N}]*){0,3})/u.exec(prompt)?.[1]?.slice(0, 60);
}
