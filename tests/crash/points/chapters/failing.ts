import { OUTAGE, REFUSED } from '../../../../commands/testing/providers.ts';
import { type Chapter, commandOf, has, newSession, sweepUntil, turnEnded } from './chapter.ts';

const step = (name: string) => (event: { readonly data: object }) =>
  'step' in event.data && event.data.step === name;

/** Services that fail, refuse and lose; a sandbox that stops in the middle of a turn; a release that is refused. */
export const failing: Chapter = {
  name: 'services that fail',
  play: async (stage) => {
    const { ask, rest, until, outside, served } = stage;
    const { neon, resend, github } = outside.providers;
    neon.next(OUTAGE);
    resend.down(REFUSED);
    const session = await newSession(stage, 'cleo', { prompt: 'A waitlist' });
    await until('mail is given up on', has(session, 'StepParked', step('resend')));
    resend.down(undefined);
    await rest();
    await ask('retryService', { ...commandOf(stage, session), service: 'resend' });
    await rest();

    outside.agent.will({ says: 'I begin.\n\nAnd go on.' }, 'waits');
    const { turnId } = await ask('submitTurn', { ...commandOf(stage, session), prompt: 'Add a table' });
    const isUnderWay = has(
      session,
      'AgentSaid',
      (event) => 'turnId' in event.data && event.data.turnId === turnId,
    );
    await until('the agent works', (log) => isUnderWay(log) || turnEnded(session, turnId)(log));
    // A turn that is cut off by a crash as well is given to the agent once more.
    outside.agent.will({ says: 'Done.' });
    served.exits(session.sandbox);
    await until('the turn ends', turnEnded(session, turnId));
    // What a killed server was still waking is released only after that attempt's deadline, a minute later.
    await ask('wake', commandOf(stage, session));
    await rest();

    neon.loses(session.sandbox.replace(/^mk0r-/, ''));
    await sweepUntil(stage, 'the loss is noticed', has(session, 'ResourceMissing'));
    await ask('retryService', { ...commandOf(stage, session), service: 'neon' });
    await rest();

    github.releasesFail(REFUSED);
    await ask('closeSession', commandOf(stage, session));
    await until('the release is given up on', has(session, 'StepParked', step('release_github')));
    github.releasesFail(undefined);
    await sweepUntil(stage, 'it is forgotten', has(session, 'SessionForgotten'));
  },
};
