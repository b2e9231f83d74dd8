import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { createLog, type Log } from './log.ts';
import { type Behaviour, createNode, HOST, type KurrentNode } from './node.ts';

export type KurrentStandIn = {
  /** What `EVENTSTORE_URL` is set to: one node's address, or all as gossip seeds. */
  readonly url: string;
  readonly log: Log;
  readonly behaviour: Behaviour;
  /** How often each of `append`, `read`, `subscribe` and `gossip` was asked for, when. */
  readonly asked: () => readonly { readonly method: string; readonly at: number }[];
  /** Kills a node (all, unless told), and starts it again on its port; what is in the log stays. */
  readonly stop: (node?: number) => void;
  readonly start: (node?: number) => Promise<void>;
  readonly elect: (node: number) => void;
  readonly close: () => void;
};

/**
 * KurrentDB as `@eventstore/db-client` 6.2.1 speaks to it, from the service definitions inside that package:
 *
 * - `Streams.Append` (unary; a call with credentials never takes `BatchAppend`) and `Streams.Read` of a stream or of
 *   `$all`, once or as a subscription: `src/KurrentDB.Core/Services/Transport/Grpc/Streams.*.cs`;
 * - `Gossip.Read`: the members with state and address, from which the client picks the leader;
 * - a follower refuses a call with `requires-leader` and names the leader in the trailers;
 * - no TLS, as with `--insecure`: no user is asked for, and the client sends none.
 *
 * What is appended is one log for all nodes, at once: replication, elections and truncation are not played.
 */
export const startKurrentStandIn = async ({ nodes: count = 1 } = {}): Promise<KurrentStandIn> => {
  const log = createLog();
  const behaviour: Behaviour = { hangs: false, refusesUser: false, lost: [] };
  const calls: { readonly method: string; readonly at: number }[] = [];
  let leader = 0;

  const members = () =>
    new gossip.ClusterInfo().setMembersList(
      nodes.map((node, index) =>
        new gossip.MemberInfo()
          .setInstanceId(new shared.UUID().setString(crypto.randomUUID()))
          .setTimeStamp(String(Date.now()))
          .setState(
            index === leader ? gossip.MemberInfo.VNodeState.LEADER : gossip.MemberInfo.VNodeState.FOLLOWER,
          )
          .setIsAlive(node.isUp())
          .setHttpEndPoint(new gossip.EndPoint().setAddress(HOST).setPort(node.port())),
      ),
    );

  const nodes: readonly KurrentNode[] = Array.from({ length: count }, () =>
    createNode({
      log,
      behaviour,
      leader: () => ({ host: HOST, port: nodes[leader]?.port() ?? 0 }),
      gossip: members,
      asked: (method) => calls.push({ method, at: performance.now() }),
    }),
  );
  const some = (node: number | undefined) => (node === undefined ? nodes : nodes.slice(node, node + 1));
  const start = async (node?: number): Promise<void> => {
    for (const chosen of some(node)) await chosen.start();
  };
  const stop = (node?: number): void => {
    for (const chosen of some(node)) chosen.stop();
  };

  await start();
  return {
    url: `esdb://${nodes.map((node) => `${HOST}:${node.port()}`).join(',')}?tls=false`,
    log,
    behaviour,
    asked: () => calls,
    start,
    stop,
    elect: (node) => {
      leader = node;
    },
    close: () => stop(),
  };
};
