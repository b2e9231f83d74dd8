import type { BrowserContext, Response } from 'playwright-core';

/** What reached a browser, message by message, for tests that look for what must not be in it. */
export type Recording = {
  /** Errors in the consoles of its pages, previews included. */
  readonly complaints: readonly string[];
  readonly frames: readonly Message[];
  /** Waits for the bodies still on their way. */
  readonly bodies: () => Promise<readonly Message[]>;
};
export type Message = { readonly url: string; readonly text: string };

const bodyOf = async (response: Response): Promise<Message | undefined> => {
  const url = response.url();
  try {
    const headers = JSON.stringify(await response.headersArray());
    return { url, text: `${headers}\n${(await response.body()).toString('latin1')}` };
  } catch {
    // A redirect has no body, and of a page that is gone Chromium keeps none.
    return undefined;
  }
};

export const recordContext = (context: BrowserContext): Recording => {
  const complaints: string[] = [];
  const frames: Message[] = [];
  const pending: Promise<Message | undefined>[] = [];
  context.on('response', (response) => pending.push(bodyOf(response)));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('page', (page) => {
    page.on('websocket', (socket) => {
      const keep = ({ payload }: { readonly payload: string | Buffer }): void => {
        frames.push({ url: socket.url(), text: payload.toString() });
      };
      socket.on('framereceived', keep);
      socket.on('framesent', keep);
    });
  });
  return {
    complaints,
    frames,
    bodies: async () => (await Promise.all(pending)).filter((message) => message !== undefined),
  };
};
