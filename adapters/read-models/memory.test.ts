import { createMemoryReadModels } from '../../projections/testing/read-models.ts';
import { readModelsContract } from './read-models.contract.ts';

readModelsContract('the test double in memory', async () => ({
  readModels: createMemoryReadModels(),
  dispose: async () => undefined,
}));
