import type { StepName } from '../../domain/steps.ts';
import { forkCode } from '../git/fork.ts';
import { moveHistory } from '../git/move.ts';
import { pushCommit } from '../git/push.ts';
import { saveFile } from '../git/save-file.ts';
import {
  assignResidentialIp,
  bootVm,
  initializeAgent,
  openAgentSession,
  selectModel,
  setUpGit,
} from './boot.ts';
import { takeCheckpoint } from './checkpoint.ts';
import type { Effect } from './context.ts';
import { writeEnv } from './env.ts';
import { forkData } from './fork.ts';
import { destroySandbox, forget, sleep, wake } from './life.ts';
import { provisionService, releaseService } from './services.ts';

/** What is done for each step; a step without an effect does not compile. */
export type Effects = Readonly<Record<StepName, Effect>>;

export const EFFECTS: Effects = {
  vm_boot: bootVm,
  acp_init: initializeAgent,
  acp_session: openAgentSession,
  model_setup: selectModel,
  residential_ip: assignResidentialIp,
  git_setup: setUpGit,
  posthog: provisionService('posthog'),
  neon: provisionService('neon'),
  resend: provisionService('resend'),
  github: provisionService('github'),
  env_write: writeEnv,
  wake,
  push: pushCommit,
  file_save: saveFile,
  checkpoint: takeCheckpoint,
  history_move: moveHistory,
  fork_data: forkData,
  fork_code: forkCode,
  sleep,
  release_sandbox: destroySandbox,
  release_posthog: releaseService('posthog'),
  release_neon: releaseService('neon'),
  release_resend: releaseService('resend'),
  release_github: releaseService('github'),
  forget,
};
