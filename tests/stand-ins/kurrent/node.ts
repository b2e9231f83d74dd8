import { promisify } from 'node:util';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import streamsService, { type IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { freePort } from '../../../adapters/listening/free-port.ts';
import { append } from './append.ts';
import { accessDenied, connectionLost, notLeader, toServiceError } from './faults.ts';
import type { Log } from './log.ts';
import { read } from './read.ts';

export const HOST = '127.0.0.1';

/** What a test decides of a node, or of all. */
export type Behaviour = {
  /** No call is answered, and none is refused: a process that was stopped with SIGSTOP. */
  hangs: boolean;
  refusesUser: boolean;
  /** So many more appends are let through before the user is refused. */
  appendsLeft?: number;
  /** So many appends are done, and never answered: the connection breaks, or nothing comes. */
  readonly lost: ('broken' | 'silent')[];
};

type Cluster = {
  readonly log: Log;
  readonly behaviour: Behaviour;
  readonly leader: () => { readonly host: string; readonly port: number };
  readonly gossip: () => ClusterInfo;
  readonly asked: (method: string) => void;
};

const never = () => new Promise<never>(() => undefined);

/** One node, on a port of its own choice at first and on the same one ever after. */
export const createNode = ({ log, behaviour, leader, gossip, asked }: Cluster) => {
  let server: Server | undefined;
  let port = 0;
  let stopping = new AbortController();

  const isElsewhere = (metadata: { readonly get: (key: string) => readonly unknown[] }): boolean =>
    metadata.get('requires-leader').length > 0 && leader().port !== port;

  const handleAppend: IStreamsServer['append'] = async (call, respond) => {
    asked('append');
    if (behaviour.hangs) return never();
    if (behaviour.refusesUser || behaviour.appendsLeft === 0) return respond(accessDenied());
    if (behaviour.appendsLeft !== undefined) behaviour.appendsLeft -= 1;
    if (isElsewhere(call.metadata)) return respond(notLeader(leader()));
    try {
      const response = await append(call, log);
      const loss = behaviour.lost.shift();
      if (loss === 'silent') return;
      respond(loss === 'broken' ? connectionLost() : null, response);
    } catch (error) {
      respond(toServiceError(error));
    }
  };

  const handleRead: IStreamsServer['read'] = async (call) => {
    asked(call.request.getOptions()?.hasSubscription() ? 'subscribe' : 'read');
    if (behaviour.hangs) return never();
    if (behaviour.refusesUser) return void call.emit('error', accessDenied());
    if (isElsewhere(call.metadata)) return void call.emit('error', notLeader(leader()));
    const ended = new AbortController();
    call.on('cancelled', () => ended.abort());
    await read(call, log, AbortSignal.any([ended.signal, stopping.signal]));
  };

  const handleGossip: handleUnaryCall<Empty, ClusterInfo> = (_call, respond) => {
    asked('gossip');
    if (!behaviour.hangs) respond(null, gossip());
  };

  return {
    port: () => port,
    isUp: () => server !== undefined,
    start: async (): Promise<void> => {
      const starting = new Server();
      stopping = new AbortController();
      starting.addService(streamsService.StreamsService, { append: handleAppend, read: handleRead });
      starting.addService(gossipService.GossipService, { read: handleGossip });
      port ||= await freePort();
      await promisify(starting.bindAsync.bind(starting))(
        `${HOST}:${port}`,
        ServerCredentials.createInsecure(),
      );
      server = starting;
    },
    /** As a kill does: connections break off, whatever is under way. */
    stop: (): void => {
      stopping.abort();
      server?.forceShutdown();
      server = undefined;
    },
  };
};

export type KurrentNode = ReturnType<typeof createNode>;
