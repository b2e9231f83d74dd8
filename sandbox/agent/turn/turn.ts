import type { Voice } from '../acp/voice.ts';
import { messagesIn, understandAll } from '../understand/conversation.ts';
import { understand } from '../understand/understand.ts';
import { readCurrentApp } from '../work/current-app.ts';
import { readEnvironment } from '../work/environment.ts';
import type { Worker } from '../work/worker.ts';
import { apply, type Change } from './apply.ts';
import { correct } from './correct.ts';
import { BLIND, logoIn, type Picture, placed, withLogo } from './pictures.ts';
import {
  ABILITIES,
  already,
  CORRECTION_OPENING,
  cannot,
  foreign,
  INTRODUCTION,
  REFUSED,
  summary,
  UNDO,
  unknown,
} from './words.ts';

export type Turn = {
  readonly cwd: string;
  readonly prompt: string;
  readonly pictures?: readonly Picture[];
  readonly signal: AbortSignal;
  readonly voice: Voice;
  readonly worker: Worker;
};

/**
 * One prompt from reading to verified: says what it is, looks at what is there, and changes only what it understood.
 * Answers what it changed; given `last`, the turn before, it can correct that.
 */
export async function takeTurn(turn: Turn, last: Change | undefined): Promise<Change | undefined> {
  if (!turn.prompt.startsWith(CORRECTION_OPENING)) return answer(turn);
  await correct(turn, last);
  return undefined;
}

async function answer(turn: Turn): Promise<Change | undefined> {
  const { cwd, prompt, pictures = [], signal, voice } = turn;
  const say = async (text: string) => {
    await voice.say(text);
    return undefined;
  };
  const current = await readCurrentApp(cwd);
  // Once is honest; at every turn it is noise.
  if (current.kind !== 'ours') await voice.say(INTRODUCTION);
  signal.throwIfAborted();

  const environment = await lookAtEnvironment(turn);
  if (current.kind === 'foreign') return say(foreign(current.why));

  const spec = current.kind === 'ours' ? current.spec : undefined;
  const wish = logoIn(prompt, pictures);
  const asLogo = wish === undefined ? undefined : withLogo(wish, spec);
  if (pictures.length > 0 && asLogo === undefined) await voice.say(BLIND);
  const messages = current.kind === 'fresh' ? messagesIn(prompt) : undefined;
  const meaning = asLogo ?? (messages === undefined ? understand(prompt, spec) : understandAll(messages));
  switch (meaning.kind) {
    case 'unknown':
      return say(unknown(spec, meaning) + ABILITIES);
    case 'already':
      return say(already(meaning));
    case 'cannot':
      return say(cannot(meaning));
    case 'refused':
      return say(REFUSED + ABILITIES);
    case 'undo':
      return say(UNDO);
    case 'build':
    case 'change':
    case 'again': {
      const takeOut = asLogo === undefined || wish === undefined ? undefined : await placed(turn, wish.logo);
      const result = await apply(
        { ...turn, environment, prompt: messages?.[0] ?? prompt },
        spec,
        meaning.spec,
        meaning.kind === 'again' ? 'everything' : 'what changed',
      );
      if (!result.ok) await takeOut?.();
      await voice.say(summary(meaning, result, environment));
      return result.ok ? result.change : undefined;
    }
  }
}

async function lookAtEnvironment({ cwd, voice }: Turn) {
  const { value } = await voice.tool({ title: 'Read .env', kind: 'read', path: `${cwd}/.env` }, async () => {
    const environment = await readEnvironment(cwd);
    const output =
      environment.names.length > 0
        ? `Set (values not shown): ${environment.names.join(', ')}`
        : 'Nothing is set: no service is connected.';
    return { ok: true, value: environment, output, rawOutput: { names: environment.names } };
  });
  return value;
}
