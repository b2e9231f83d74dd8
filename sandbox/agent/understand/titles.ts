import { capital, words } from '../compose/text.ts';
import type { Part } from '../spec.ts';

export type Heading = { readonly title: string; readonly tagline: string };

/** What an app is called when its owner did not say. */
export function headingFor(parts: readonly Part[], prompt: string): Heading {
  const [part] = parts;
  if (!part || parts.length > 2) return { title: 'My app', tagline: '' };
  switch (part.kind) {
    case 'habits':
      return /\bring/i.test(prompt)
        ? { title: 'Habit rings', tagline: 'Close them, one day at a time.' }
        : { title: 'Habits', tagline: 'A little, every day.' };
    case 'form':
      return formHeading(part.look, prompt);
    case 'collection':
      return { title: capital(words(part.entity.plural)), tagline: '' };
    case 'dashboard':
      return { title: 'Activity', tagline: '' };
    case 'page':
      return { title: part.title, tagline: '' };
  }
}

function formHeading(look: Extract<Part, { kind: 'form' }>['look'], prompt: string): Heading {
  const product = productOf(prompt);
  switch (look) {
    case 'waitlist':
      return {
        title: product ?? 'Be the first to know',
        tagline: 'Leave your address and hear from us first.',
      };
    case 'pricing':
      return {
        title: product ? `${product} pricing`.slice(0, 60) : 'Simple, honest pricing',
        tagline: 'Start for nothing. Change or leave whenever you like.',
      };
    case 'booking':
      return {
        title: product ?? 'Book your visit',
        tagline: 'Choose a time that suits you. It takes a minute.',
      };
    case 'contact':
      return {
        title: product ? `Write to ${product}`.slice(0, 60) : 'Write to us',
        tagline: 'We read everything and answer soon.',
      };
  }
}

/** `a waitlist for Nimbus` names the product; `a waitlist for my bakery` does not. */
function productOf(prompt: string): string | undefined {
  return /\bfor\s+((?:[A-Z][\p{L}\p{N}]*)(?:\s[A-Z][\p{L}\p{N}]*){0,3})/u.exec(prompt)?.[1]?.slice(0, 60);
}
