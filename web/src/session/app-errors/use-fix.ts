import type { TranscriptTurn } from '../../../../projections/transcript-views.ts';
import type { AppErrorView, SessionView } from '../../../../projections/views.ts';
import { commandId } from '../../server/client.ts';
import { useSessionApi } from '../session-api.ts';
import { useCommand } from '../use-command.ts';
import { fixPrompt } from './errors.ts';

/** Sends the agent at an error. The server counts, for every tab: it refuses a fourth attempt, and a second at once. */
export const useFix = (view: SessionView, turns: readonly TranscriptTurn[]) => {
  const api = useSessionApi();
  return useCommand((error: AppErrorView) =>
    api.submitTurn(fixPrompt(error, view, turns), commandId(), { fixes: error.fingerprint }),
  );
};
