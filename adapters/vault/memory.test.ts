import { createMemoryVault } from '../../commands/testing/vault.ts';
import { vaultContract } from './vault.contract.ts';

vaultContract('the test double in memory', async () => ({
  vault: createMemoryVault(),
  dispose: async () => undefined,
}));
