import { describe, expect, it } from 'vitest';
import { CLOSE, type ServerFrame } from '../../../projections/live.ts';
import { type Following, follow, type Outside } from './connection.ts';
import { foldSession } from './fold.ts';
import type { Handlers, Socket } from './link.ts';

/** A world in which time and the network do only what the test says. */
const world = () => {
  const sockets: { sent: string[]; closed: boolean; handlers: Handlers | undefined }[] = [];
  const timers: { work: () => void; ms: number; live: boolean }[] = [];
  let refuse = false;
  const outside: Outside = {
    ticket: async () => {
      if (refuse) throw new Error('no');
      return { ticket: 'once' };
    },
    open: (): Socket => {
      const socket = { sent: [] as string[], closed: false, handlers: undefined as Handlers | undefined };
      sockets.push(socket);
      return {
        send: (text) => socket.sent.push(text),
        close: () => {
          socket.closed = true;
        },
        on: (handlers) => {
          socket.handlers = handlers;
        },
      };
    },
    fold: foldSession,
    later: (work, ms) => {
      const timer = { work, ms, live: true };
      timers.push(timer);
      return () => {
        timer.live = false;
      };
    },
    random: () => 0.5,
    now: () => 0,
  };
  return {
    outside,
    sockets,
    refuse: (yes: boolean) => {
      refuse = yes;
    },
    say: (frame: ServerFrame) => sockets.at(-1)?.handlers?.message(JSON.stringify(frame)),
    lose: (code: number) => sockets.at(-1)?.handlers?.close(code),
    /** Lets the timer that is due next fire; answers its delay. */
    tick: (): number | undefined => {
      const timer = timers.findLast(({ live }) => live);
      if (timer !== undefined) timer.live = false;
      timer?.work();
      return timer?.ms;
    },
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
};

const welcome: ServerFrame = { type: 'welcome', epoch: 'e', heartbeatMs: 1000 };
const state = (following: Following) => following.get().link.state;

describe('the connection of a page', () => {
  it('presents its ticket first and then subscribes', async () => {
    const { outside, sockets, settle, say } = world();
    const following = follow('s', outside);
    await settle();
    sockets[0]?.handlers?.open();
    say(welcome);
    expect(sockets[0]?.sent.map((text) => JSON.parse(text))).toEqual([
      { type: 'hello', ticket: 'once' },
      { type: 'sub', session: 's' },
    ]);
    following.close();
    expect(sockets[0]?.closed).toBe(true);
  });

  it('hears a long frame part by part: each of them shows that the connection lives', async () => {
    const { outside, sockets, settle, say, tick } = world();
    const following = follow('s', outside);
    await settle();
    sockets[0]?.handlers?.open();
    const text = JSON.stringify(welcome);
    say({ type: 'part', text: text.slice(0, 9), last: false });
    expect(sockets[0]?.sent).toHaveLength(1);
    expect(tick()).toBe(30_000);
    await settle();
    expect(state(following)).toBe('waiting');
    tick();
    await settle();
    sockets[1]?.handlers?.open();
    say({ type: 'part', text: text.slice(0, 9), last: false });
    say({ type: 'part', text: text.slice(9), last: true });
    expect(sockets[1]?.sent.map((sent) => JSON.parse(sent))).toEqual([
      { type: 'hello', ticket: 'once' },
      { type: 'sub', session: 's' },
    ]);
    following.close();
  });

  it('waits longer after every failure, and not at all once the network is back', async () => {
    const { outside, sockets, settle, lose, tick } = world();
    const following = follow('s', outside);
    await settle();
    const waits: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      lose(1006);
      expect(state(following)).toBe('waiting');
      waits.push(tick());
      await settle();
    }
    expect(waits).toEqual([200, 400, 800, 1600]);
    lose(1006);
    following.nudge();
    await settle();
    expect(state(following)).toBe('connecting');
    expect(sockets).toHaveLength(6);
    following.close();
  });

  it('tries again when no ticket is to be had', async () => {
    const { outside, sockets, settle, refuse, tick } = world();
    refuse(true);
    const following = follow('s', outside);
    await settle();
    expect(state(following)).toBe('waiting');
    refuse(false);
    tick();
    await settle();
    expect(sockets).toHaveLength(1);
    following.close();
  });

  it('gives up a connection that has gone silent', async () => {
    const { outside, sockets, settle, say, tick } = world();
    const following = follow('s', outside);
    await settle();
    say(welcome);
    expect(tick()).toBe(3000);
    expect(sockets[0]?.closed).toBe(true);
    expect(state(following)).toBe('waiting');
    following.close();
  });

  it('does not come back to a session that is gone', async () => {
    const { outside, sockets, settle, lose, tick } = world();
    const following = follow('s', outside);
    await settle();
    lose(CLOSE.notFound);
    expect(following.get().sync.phase).toBe('gone');
    following.nudge();
    tick();
    await settle();
    expect(sockets).toHaveLength(1);
  });

  it('drops a connection that says what is no frame', async () => {
    const { outside, sockets, settle } = world();
    const following = follow('s', outside);
    await settle();
    sockets[0]?.handlers?.message('<html>');
    expect(state(following)).toBe('waiting');
    following.close();
  });

  it('opens nothing after it was closed', async () => {
    const { outside, sockets, settle } = world();
    follow('s', outside).close();
    await settle();
    expect(sockets).toHaveLength(0);
  });
});
