import type { AppSpec } from '../spec.ts';
import { type Understanding, understand } from './understand.ts';

/** How the platform begins where a quick page becomes a full app, and what stands before its messages (`commands/turns/prompts.ts`). */
const OPENING = 'mk0r: a quick page becomes a full app.';
const MESSAGES = 'Messages, oldest first, as JSON: ';

/** The messages that a full app is to be built from; `undefined` where the prompt is one message like any other. */
export function messagesIn(prompt: string): readonly string[] | undefined {
  if (!prompt.startsWith(OPENING)) return undefined;
  const line = prompt.slice(prompt.lastIndexOf(MESSAGES) + MESSAGES.length);
  try {
    const messages: unknown = JSON.parse(line);
    return Array.isArray(messages) && messages.every((message) => typeof message === 'string')
      ? messages
      : undefined;
  } catch {
    return undefined;
  }
}

/** What a whole conversation means: the app after its last message. What was not understood of it is said. */
export function understandAll(messages: readonly string[]): Understanding {
  let spec: AppSpec | undefined;
  let first: Understanding | undefined;
  let refused = false;
  const left: string[] = [];
  for (const message of messages) {
    const meaning = understand(message, spec);
    first ??= meaning;
    if ('left' in meaning) left.push(...meaning.left);
    if ('refused' in meaning) refused ||= meaning.refused;
    if ('spec' in meaning) spec = meaning.spec;
    else if (meaning.kind === 'unknown') left.push(`“${message.slice(0, 60)}”`);
  }
  if (spec === undefined) return first ?? { kind: 'unknown' };
  return { kind: 'build', spec, parts: spec.parts, left: [...new Set(left)], refused };
}
