import type { CheckKind, SessionEvent } from '../../domain/session/events.ts';
import type { StepError } from '../../domain/steps.ts';
import type { Finding } from './checks.ts';
import { failure } from './failure.ts';

type Verified = Extract<SessionEvent, { type: 'TurnVerified' }>;

/** `corrigible`: something is wrong, and the agent can do something about it. */
export type Verdict = 'passed' | 'corrigible' | 'unknown';

export const verdictOf = (findings: readonly Finding[]): Verdict => {
  if (findings.some(({ outcome }) => outcome === 'failed')) return 'corrigible';
  return findings.some(({ outcome }) => outcome === 'unknown') ? 'unknown' : 'passed';
};

export const verified = (
  at: { readonly turnId: string; readonly attemptId: string },
  findings: readonly Finding[],
  redact: (text: string) => string,
): Verified => ({
  type: 'TurnVerified',
  data: {
    ...at,
    passed: verdictOf(findings) === 'passed',
    checks: findings.map(({ detail: _, ...check }) => check),
    details: findings.map(({ kind, detail }) => ({ kind, detail: redact(detail) })),
  },
});

/**
 * How every message to an agent begins that is not its visitor's: the offline agent (`sandbox/agent/turn/turn.ts`) knows
 * by it that nothing new is asked for.
 */
export const CORRECTION_OPENING = 'mk0r checked your changes, and they do not hold yet:';

/** What the checks found, as the agent is told it. */
export const findingsText = (findings: readonly Finding[], redact: (text: string) => string): string =>
  findings
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ kind, detail }) => `- ${kind}: ${redact(detail).replaceAll('\n', '\n  ')}`)
    .join('\n');

export const correctionPrompt = (findings: string): string =>
  `${CORRECTION_OPENING}\n\n${findings}\n\nCorrect this and nothing else. It is checked again when you are done.`;

const WRONG: Readonly<Record<CheckKind, string>> = {
  secrets: 'they would publish a secret',
  commit: 'they could not be committed',
  types: 'the type check fails',
  http: 'the app does not answer',
  page: 'the page shows an error',
};

/** Why a turn is not finished, in the server's own words: what the sandbox said stands in the checks. */
export const notVerified = (findings: readonly Finding[], corrections: number): StepError => {
  const failed = findings.filter(({ outcome }) => outcome === 'failed').map(({ kind }) => kind);
  if (failed.length === 0) {
    if (findings.some(({ kind }) => kind === 'secrets') && findings.length === 1)
      return failure(
        'not_checked',
        'Nobody could look whether the changes hold a secret, so they are not committed yet. Send the message again.',
      );
    return failure(
      'not_checked',
      'The changes are committed, and could not be checked. Look at the preview.',
    );
  }
  const told =
    corrections === 0
      ? ''
      : `, although the agent was told ${corrections === 1 ? 'once' : `${corrections} times`}`;
  const wrong = failed.map((kind) => WRONG[kind]).join(', and ');
  if (failed.includes('secrets')) {
    return failure(
      'secret_held_back',
      `The files that would publish a secret were left out of the commit${told}. Ask for the value to be read from the environment instead.`,
    );
  }
  const kept = failed.includes('commit') ? 'The changes are in the app' : 'The changes are committed';
  return failure('not_verified', `${kept}, but ${wrong}${told}. Ask for it to be fixed, or undo.`);
};
