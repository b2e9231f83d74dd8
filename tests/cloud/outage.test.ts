import { outageTests } from './support/outage-tests.ts';

outageTests(4_000, 1);
