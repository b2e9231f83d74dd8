/** How a page that was being written came to its end: `kept` as a version, or not. */
export type PageEnd = 'kept' | 'dropped';

/** The page as far as it is written, and then whatever comes, to its end. */
export type PageStream = { readonly pieces: () => AsyncGenerator<string, PageEnd, undefined> };

type Open = { text: string; end: PageEnd | undefined; changed: Promise<void>; wake: () => void };

/**
 * Pages that are being written by this process: what a preview shows of them before there is a version. In memory alone,
 * so that nothing half-written is left when the process ends.
 */
export const createPageStreams = () => {
  const streams = new Map<string, Open>();

  const begin = (sessionId: string) => {
    const stream: Open = { text: '', end: undefined, changed: Promise.resolve(), wake: () => undefined };
    const rearm = (): void => {
      stream.changed = new Promise((resolve) => {
        stream.wake = resolve;
      });
    };
    const tell = (): void => {
      const { wake } = stream;
      rearm();
      wake();
    };
    rearm();
    streams.set(sessionId, stream);
    return {
      write: (text: string): void => {
        stream.text += text;
        tell();
      },
      end: (end: PageEnd): void => {
        if (stream.end !== undefined) return;
        stream.end = end;
        if (streams.get(sessionId) === stream) streams.delete(sessionId);
        tell();
      },
    };
  };

  async function* piecesOf(stream: Open): AsyncGenerator<string, PageEnd, undefined> {
    for (let at = 0; ; ) {
      const { changed } = stream;
      if (stream.text.length > at) {
        const piece = stream.text.slice(at);
        at = stream.text.length;
        yield piece;
      } else if (stream.end === undefined) await changed;
      else return stream.end;
    }
  }

  return {
    begin,
    /** `undefined` where no page is being written, or not a word of it is there yet. */
    of: (sessionId: string): PageStream | undefined => {
      const stream = streams.get(sessionId);
      return stream === undefined || stream.text === '' ? undefined : { pieces: () => piecesOf(stream) };
    },
  };
};

export type PageStreams = ReturnType<typeof createPageStreams>;
