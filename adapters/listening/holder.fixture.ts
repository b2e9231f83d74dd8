import { freePort } from './free-port.ts';

/** A process that has chosen a port, says which, and does not listen on it yet. */
process.stdout.write(`${await freePort()}\n`);
setInterval(() => undefined, 60_000);
