import type { BrowserContext, Response } from 'playwright-core';

/** What reached a browser, message by message, for tests that look for what must not be in it. */
export type Recording = {
  /**
   * Exceptions nobody caught, in previews too, and errors in the consoles of our own pages. In a preview's console Vite
   * reports every module an undo takes away, and then loads the page without it.
   */
  readonly complaints: readonly string[];
  readonly frames: readonly Message[];
  /** Waits for the bodies still on their way. */
  readonly bodies: () => Promise<readonly Message[]>;
};
export type Message = { readonly url: string; readonly text: string };

const isPreview = (url: string): boolean => URL.canParse(url) && new URL(url).host.includes('.preview.');

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
    const { url } = message.location();
    if (message.type() === 'error' && !isPreview(url)) complaints.push(`${message.text()} (${url})`);
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
