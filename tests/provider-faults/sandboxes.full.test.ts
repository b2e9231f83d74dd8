import { describe } from 'vitest';
import { hasBwrap } from '../../adapters/sandboxes/local/fixtures/machine.ts';
import { providerFaultMatrix } from './matrix.ts';
import { startSandboxCallSites } from './sandbox-call-site.ts';

/** Half of its time is waiting for answers that do not come; the other half boots real sandboxes. */
describe.runIf(hasBwrap)('at E2B', async () => {
  if (hasBwrap) await providerFaultMatrix(startSandboxCallSites);
});
