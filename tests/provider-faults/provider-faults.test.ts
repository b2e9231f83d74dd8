import { startServiceCallSites } from './call-sites.ts';
import { providerFaultMatrix } from './matrix.ts';

await providerFaultMatrix(startServiceCallSites);
