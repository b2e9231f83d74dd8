import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Diagnose, Diagnosis } from '../../provider-api/diagnosis.ts';
import { e2bClient } from './client.ts';
import { e2bFailure } from './errors.ts';
import type { E2bSettings } from './settings.ts';
import { hasTemplate } from './template/tags.ts';

const TIMEOUT_MS = 15_000;
const PAGE = 100;

const count = (amount: number): string => (amount < PAGE ? String(amount) : `${PAGE} or more`);

/** A listing, which a wrong key does not get, and the template's tags. Nothing tells whose key it is, or the plan. */
const ask = async (settings: E2bSettings, template: string, signal: AbortSignal): Promise<Diagnosis> => {
  const { Sandbox } = e2bClient(settings, TIMEOUT_MS);
  const listed = await Sandbox.list({ limit: PAGE }).nextItems({ signal });
  const running = listed.filter(({ state }) => state === 'running').length;
  const built = await hasTemplate(settings, template);
  return {
    identity: `isolation e2b, template ${template}`,
    limits: `${count(running)} sandboxes running, ${count(listed.length - running)} paused; E2B does not tell the plan's`,
    warnings: built
      ? []
      : [`E2B has no template ${template}: the server does not start. Build it: npm run sandbox:build`],
  };
};

export const diagnoseE2b =
  (settings: E2bSettings, template: string): Diagnose =>
  (signal) =>
    TE.tryCatch(
      () => ask(settings, template, signal),
      (error) => {
        const { code, message, retryable } = e2bFailure('asking E2B', error, signal);
        return { code, message, retryable };
      },
    );
