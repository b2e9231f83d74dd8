import type { Network, Socket } from './link.ts';

const openSocket = (): Socket => {
  const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live?parts`);
  return {
    send: (text) => socket.send(text),
    close: () => socket.close(),
    on: (handlers) => {
      socket.onopen = handlers === undefined ? null : handlers.open;
      socket.onmessage = handlers === undefined ? null : (event) => handlers.message(event.data);
      socket.onclose = handlers === undefined ? null : (event) => handlers.close(event.code);
    },
  };
};

/** The browser's own network, and its clock. */
export const browserNetwork: Omit<Network, 'ticket'> = {
  open: openSocket,
  later: (work, ms) => {
    const id = setTimeout(work, ms);
    return () => clearTimeout(id);
  },
  random: Math.random,
  now: Date.now,
};
