import * as E from 'fp-ts/lib/Either.js';
import type { TaskEither } from 'fp-ts/lib/TaskEither.js';
import type { CommandFailure } from '../../../commands/handler.ts';
import type { CreateSession } from '../../../commands/visitor/create-session.ts';
import { SERVICES } from '../../../domain/services.ts';
import type { Chance } from '../chance.ts';
import type { Server } from '../world/server.ts';
import type { World } from '../world/world.ts';
import type { Cluster } from './cluster.ts';

/** How long a browser waits for an answer. */
const PATIENCE_MS = 30_000;

export type Acknowledged = {
  readonly owner: string;
  readonly what: string;
  readonly sessionId: string;
  readonly revision: number;
  readonly turnId?: string;
};

type Answer<A> = E.Either<CommandFailure, A> | 'no answer';

/** A command as it was sent, so that the very same can be sent again. */
type Sent = { readonly send: () => Promise<Answer<unknown>>; readonly answer: Answer<unknown> };

type Options = {
  readonly world: World;
  readonly cluster: Cluster;
  readonly chance: Chance;
  readonly owner: string;
  readonly acknowledged: (what: Acknowledged) => void;
  readonly contradicted: (what: string) => void;
  readonly note: (what: string) => void;
};

/** Somebody at a browser: does things in no particular order, waits, gives up, sends things twice. */
export const createVisitor = (options: Options) => {
  const { world, cluster, chance, owner, acknowledged, contradicted, note } = options;
  const { time } = world;
  let sessionId: string | undefined;
  let turnId: string | undefined;
  let last: Sent | undefined;
  let commands = 0;

  const newId = (): string => {
    commands += 1;
    return `${owner}-${commands}`;
  };

  /** One request to one server; none of them may be there, and the one that is may die over it. */
  const ask = async <A>(command: (server: Server) => TaskEither<CommandFailure, A>): Promise<Answer<A>> => {
    const server = cluster.any();
    if (server === undefined) return 'no answer';
    return new Promise((resolve) => {
      const cancel = time.after(PATIENCE_MS, () => resolve('no answer'));
      void command(server)().then((answer) => {
        cancel();
        resolve(answer);
      });
    });
  };

  const run = async <A extends { readonly revision: number }>(
    what: string,
    command: (server: Server) => TaskEither<CommandFailure, A>,
    id: (answer: A) => { readonly sessionId: string; readonly turnId?: string },
  ): Promise<Answer<A>> => {
    const send = async (): Promise<Answer<A>> => {
      const answer = await ask(command);
      note(
        `${owner} ${what}: ${answer === 'no answer' ? answer : E.isLeft(answer) ? answer.left.tag : 'ok'}`,
      );
      if (answer !== 'no answer' && E.isRight(answer))
        acknowledged({ owner, what, revision: answer.right.revision, ...id(answer.right) });
      return answer;
    };
    const answer = await send();
    last = { send, answer };
    return answer;
  };

  const create = async (): Promise<void> => {
    const prompt = chance.happens(0.6) ? { prompt: 'canary-prompt: a habit tracker' } : {};
    const command: CreateSession = {
      commandId: newId(),
      owner,
      residentialIp: chance.happens(0.15),
      ...(chance.happens(0.2) ? ({ mode: 'quick' } as const) : {}),
      ...prompt,
    };
    // A browser that got no answer sends the same command again.
    for (let tries = 0; tries < 4; tries += 1) {
      const answer = await run(
        'create',
        (server) => server.create(command),
        (created) => created,
      );
      if (answer !== 'no answer' && E.isRight(answer)) {
        sessionId = answer.right.sessionId;
        turnId = undefined;
        return;
      }
      await time.sleep(chance.between(500, 5_000));
    }
  };

  /** Somebody else sends the command id of this visitor's: what they get must be their own. */
  const steal = async (): Promise<void> => {
    const command = { commandId: `${owner}-1`, owner: `thief-of-${owner}`, residentialIp: false };
    const answer = await ask((server) => server.create(command));
    if (answer !== 'no answer' && E.isRight(answer) && answer.right.sessionId === sessionId)
      contradicted(`${command.owner} was given the session of ${owner}`);
  };

  const repeat = async (): Promise<void> => {
    if (last === undefined) return;
    const { send, answer } = last;
    const again = await send();
    if (answer === 'no answer' || again === 'no answer' || E.isLeft(answer) || E.isLeft(again)) return;
    const [first, second] = [answer.right, again.right] as { sessionId?: string; turnId?: string }[];
    if (first?.turnId !== second?.turnId)
      contradicted(`${owner} repeated a command and was given another turn`);
  };

  const own = (id: string) => ({ commandId: newId(), sessionId: id, owner });

  /** Every fourth message carries a picture, where it could be sent. */
  const picturesFor = async (id: string): Promise<readonly string[]> => {
    if (commands % 4 !== 0) return [];
    const bytes = Buffer.from(`GIF89a canary-prompt of ${owner}`);
    const kept = await ask((server) => server.commands.keepPicture({ ...own(id), bytes }));
    return kept !== 'no answer' && E.isRight(kept) ? [kept.right.attachment.id] : [];
  };

  const actions: readonly (readonly [number, (id: string) => Promise<unknown>])[] = [
    [
      5,
      async (id) => {
        const command = {
          ...own(id),
          prompt: 'canary-prompt: and a chart',
          pictures: await picturesFor(id),
        };
        const answer = await run(
          'submit',
          (server) => server.commands.submitTurn(command),
          (turn) => ({
            sessionId: id,
            turnId: turn.turnId,
          }),
        );
        if (answer !== 'no answer' && E.isRight(answer)) turnId = answer.right.turnId;
      },
    ],
    [
      2,
      async (id) => {
        if (turnId === undefined) return;
        const command = { ...own(id), turnId };
        await run(
          'cancel',
          (server) => server.commands.cancelTurn(command),
          () => ({ sessionId: id }),
        );
      },
    ],
    [
      3,
      async (id) => {
        const tree = cluster.any()?.directory.session(id)?.history;
        const sha = chance.pick([tree?.root, ...Object.keys(tree?.parentOf ?? {})]) ?? 'f'.repeat(40);
        const to = chance.pick(['undo', 'undo', 'redo', { sha }] as const) ?? 'undo';
        const data = chance.pick(['keep', 'restore'] as const) ?? 'keep';
        const command = { ...own(id), to, data };
        await run(
          'move',
          (server) => server.commands.moveHistory(command),
          () => ({ sessionId: id }),
        );
      },
    ],
    [
      1.5,
      async (id) => {
        const command = own(id);
        await run(
          'upgrade',
          (server) => server.commands.upgrade(command),
          () => ({ sessionId: id }),
        );
      },
    ],
    [
      1.5,
      async (id) => {
        const tree = cluster.any()?.directory.session(id)?.history;
        const commit = chance.pick([tree?.root, ...Object.keys(tree?.parentOf ?? {})]) ?? 'f'.repeat(40);
        const data = chance.pick(['kept', 'empty'] as const) ?? 'kept';
        const words = { title: 'canary-prompt', version: 'canary-prompt' };
        const command: CreateSession = {
          commandId: newId(),
          owner,
          residentialIp: false,
          fork: { from: id, commit, data, ...words },
        };
        const answer = await run(
          'fork',
          (server) => server.create(command),
          (created) => created,
        );
        if (answer === 'no answer' || E.isLeft(answer) || chance.happens(0.3)) return;
        sessionId = answer.right.sessionId;
        turnId = undefined;
      },
    ],
    [
      0.7,
      async (id) => {
        const command = own(id);
        await run(
          'retry fork',
          (server) => server.commands.retryFork(command),
          () => ({ sessionId: id }),
        );
      },
    ],
    [
      1.5,
      async (id) => {
        const command = { ...own(id), service: chance.pick(SERVICES) ?? 'neon' };
        await run(
          'retry',
          (server) => server.commands.retryService(command),
          () => ({ sessionId: id }),
        );
      },
    ],
    [
      2,
      async (id) => {
        const command = own(id);
        await run(
          'wake',
          (server) => server.commands.wake(command),
          () => ({ sessionId: id }),
        );
      },
    ],
    [
      1,
      async (id) => {
        const command = own(id);
        await run(
          'close',
          (server) => server.commands.close(command),
          () => ({ sessionId: id }),
        );
        if (chance.happens(0.5)) sessionId = undefined;
      },
    ],
    [
      2,
      async (id) => {
        // Their app sends mail, more than a day has, and the relay may die before it can say what became of it.
        for (let left = chance.between(1, 5); left > 0; left -= 1) {
          const sendId = newId();
          const mails = [{ recipients: ['canary-prompt@example.com'], subject: 'canary-prompt' }];
          const admitted = await ask((server) =>
            server.mail.admit(id, { sendId, body: 'canary-prompt', mails }),
          );
          note(`${owner} mail: ${admitted === 'no answer' ? admitted : admitted._tag}`);
          if (admitted === 'no answer' || E.isLeft(admitted)) return;
          await ask((server) => server.mail.settle(id, sendId, { ids: [sendId] }));
        }
      },
    ],
    [1.5, repeat],
    [0.3, steal],
    [1, async (id) => cluster.any()?.touch(id)],
    [1.5, () => time.sleep(chance.between(10_000, 150_000))],
  ];

  const live = async (actionsLeft: number): Promise<void> => {
    for (let done = 0; done < actionsLeft; done += 1) {
      if (sessionId === undefined) await create();
      else await chance.weighted(actions)?.(sessionId);
      await time.sleep(chance.happens(0.3) ? chance.between(0, 50) : chance.between(100, 12_000));
      if (!world.faults.isOn()) return;
    }
  };

  return { owner, live };
};
