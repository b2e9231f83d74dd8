import { startServerOver } from './server.ts';
import { serveCalls } from './worker-channel.ts';

/** A server process; started by `startWorker`, which tells it over the channel what to be. */
serveCalls((options, tell) => startServerOver(options, tell));
