import type { FrameBody, ToolCallFrame } from './frame.ts';

/** Text that streams in faster than this is joined: a token a frame would be thousands of frames a turn. */
const JOIN_MS = 50;
/** How long a tool call without arguments waits for them: agents announce the call first and its title after. */
const HOLD_MS = 750;
const MAX_TEXT = 16 * 1024;

type TextFrame = Extract<FrameBody, { type: 'message' | 'thought' }>;

/** Between the agent's updates and the replay buffer: joins text, lets tool calls ripen, keeps the order. */
export type Outbox = {
  /** `key` names the message a chunk belongs to; chunks of different messages are not joined. */
  readonly text: (type: TextFrame['type'], text: string, key?: string) => void;
  readonly send: (frame: FrameBody) => void;
  /** Announces a tool call of which more may be known soon. */
  readonly hold: (frame: ToolCallFrame) => void;
  /** What is known of the held tool call now; does nothing once it was sent. */
  readonly ripen: (frame: ToolCallFrame) => void;
  readonly flush: () => void;
};

type Pending =
  | {
      readonly kind: 'text';
      readonly type: TextFrame['type'];
      readonly key: string | undefined;
      text: string;
    }
  | { readonly kind: 'call'; readonly frame: ToolCallFrame };

export const createOutbox = (emit: (frame: FrameBody) => void): Outbox => {
  let pending: Pending | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lastTextAt = 0;

  const flush = (): void => {
    clearTimeout(timer);
    const due = pending;
    pending = undefined;
    if (due?.kind === 'call') emit(due.frame);
    if (due?.kind === 'text') {
      lastTextAt = Date.now();
      for (let at = 0; at < due.text.length; at += MAX_TEXT) {
        emit({ type: due.type, text: due.text.slice(at, at + MAX_TEXT) });
      }
    }
  };

  const later = (next: Pending, ms: number): void => {
    flush();
    pending = next;
    timer = setTimeout(flush, ms);
  };

  return {
    text: (type, text, key) => {
      if (text === '') return;
      if (pending?.kind === 'text' && pending.type === type && pending.key === key) {
        pending.text += text;
        if (pending.text.length >= MAX_TEXT) flush();
        return;
      }
      later({ kind: 'text', type, key, text }, JOIN_MS);
      // The first words after a pause are shown at once.
      if (Date.now() - lastTextAt > JOIN_MS) flush();
    },
    send: (frame) => {
      flush();
      emit(frame);
    },
    hold: (frame) => later({ kind: 'call', frame }, HOLD_MS),
    ripen: (frame) => {
      if (pending?.kind !== 'call' || pending.frame.toolCallId !== frame.toolCallId) return;
      pending = { kind: 'call', frame };
      flush();
    },
    flush,
  };
};
