import { outageTests } from './support/outage-tests.ts';

outageTests(60_000, 21);
