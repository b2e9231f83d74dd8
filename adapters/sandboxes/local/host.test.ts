import { sandboxHostContract } from '../sandboxes.contract.ts';
import { openLocalHost } from './fixtures/local-host.ts';

sandboxHostContract('the strongest tier of this machine', () => openLocalHost());
sandboxHostContract('the process tier', () => openLocalHost({ atMost: 'process' }));
