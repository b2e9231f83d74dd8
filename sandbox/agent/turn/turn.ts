import type { Voice } from '../acp/voice.ts';
import { understand } from '../understand/understand.ts';
import { readCurrentApp } from '../work/current-app.ts';
import { readEnvironment } from '../work/environment.ts';
import { apply } from './apply.ts';
import { ABILITIES, already, foreign, INTRODUCTION, summary, unknown } from './words.ts';

export type Turn = {
  readonly cwd: string;
  readonly prompt: string;
  readonly signal: AbortSignal;
  readonly voice: Voice;
};

/** One prompt from reading to verified: says what it is, looks at what is there, and changes only what it understood. */
export async function takeTurn(turn: Turn): Promise<void> {
  const { cwd, prompt, signal, voice } = turn;
  const current = await readCurrentApp(cwd);
  // Once is honest; at every turn it is noise.
  if (current.kind !== 'ours') await voice.say(INTRODUCTION);
  signal.throwIfAborted();

  const environment = await lookAtEnvironment(turn);
  if (current.kind === 'foreign') return voice.say(foreign(current.why));

  const meaning = understand(prompt, current.kind === 'ours' ? current.spec : undefined);
  switch (meaning.kind) {
    case 'unknown':
      return voice.say(unknown(current.kind === 'ours' ? current.spec : undefined) + ABILITIES);
    case 'already':
      return voice.say(already(meaning.what));
    case 'build':
    case 'change':
    case 'again': {
      const from = current.kind === 'ours' ? current.spec : undefined;
      const result = await apply(
        { ...turn, environment },
        from,
        meaning.spec,
        meaning.kind === 'again' ? 'everything' : 'what changed',
      );
      return voice.say(summary(meaning, result, environment));
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
