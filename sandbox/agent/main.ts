import { Readable, Writable } from 'node:stream';
import { ndJsonStream } from '@agentclientprotocol/sdk';
import { offlineAgent } from './acp/agent.ts';

// ACP speaks on stdout; anything else printed there would break it.
console.log = console.error;

const connection = offlineAgent().connect(
  ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)),
);
await connection.closed;
// A turn may still hold a child or a request; with its client gone there is nobody to finish for.
process.exit(0);
