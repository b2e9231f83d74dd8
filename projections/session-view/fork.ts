import { ERASED } from '../../domain/envelope.ts';
import type { SessionEventOf } from '../../domain/session/events.ts';
import type { StepError } from '../../domain/steps.ts';
import type { ForkPart, ForkView } from '../views.ts';

const PART_OF: Readonly<Record<string, keyof ForkView['parts']>> = { fork_code: 'code', fork_data: 'data' };

export const forked = (data: SessionEventOf<'SessionForked'>['data'], at: string): ForkView => ({
  from: data.from,
  commit: data.commit,
  title: data.title,
  version: data.version,
  at,
  data: data.data,
  parts: { code: { status: 'coming' }, data: { status: data.data === 'kept' ? 'coming' : 'none' } },
});

export const cameOver = (fork: ForkView | undefined, part: keyof ForkView['parts']) =>
  withPart(fork, part, { status: 'there' });

/** An attempt of one of its steps failed; without another one due, that part was given up on. */
export const failedToCome = (
  fork: ForkView | undefined,
  step: string,
  error: StepError,
  isOver: boolean,
): { readonly fork?: ForkView } => {
  const part = PART_OF[step];
  return part === undefined ? {} : withPart(fork, part, { status: isOver ? 'failed' : 'coming', error });
};

export const isForkStep = (step: string): boolean => Object.hasOwn(PART_OF, step);

/** What was given up on is tried again. */
export const retried = (fork: ForkView | undefined): { readonly fork?: ForkView } => {
  if (fork === undefined) return {};
  const again = (part: ForkPart): ForkPart => (part.status === 'failed' ? { status: 'coming' } : part);
  return { fork: { ...fork, parts: { code: again(fork.parts.code), data: again(fork.parts.data) } } };
};

export const workedOn = (fork: ForkView | undefined): { readonly fork?: ForkView } =>
  fork === undefined || fork.isWorkedOn === true ? {} : { fork: { ...fork, isWorkedOn: true } };

export const forgottenFork = (fork: ForkView | undefined): { readonly fork?: ForkView } =>
  fork === undefined ? {} : { fork: { ...fork, title: ERASED, version: ERASED } };

const withPart = (
  fork: ForkView | undefined,
  part: keyof ForkView['parts'],
  next: ForkPart,
): { readonly fork?: ForkView } =>
  fork === undefined ? {} : { fork: { ...fork, parts: { ...fork.parts, [part]: next } } };
