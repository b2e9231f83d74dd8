import { expect, it } from 'vitest';
import * as platform from '../../commands/turns/verdict.ts';
import * as agent from '../../sandbox/agent/turn/words.ts';

it('is told what the checks found in words the offline agent knows', () => {
  expect(agent.CORRECTION_OPENING).toBe(platform.CORRECTION_OPENING);
  expect(platform.correctionPrompt('- types: no')).toContain(agent.CORRECTION_OPENING);
});
