import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionView } from '../../../../projections/views.ts';
import { commandId } from '../../server/client.ts';
import { explain } from '../../server/problem.ts';
import { useSessionApi } from '../session-api.ts';
import type { Draft } from './drafts.ts';

export type Saving =
  | { readonly is: 'idle' }
  /** The agent works: it is sent when that has finished. */
  | { readonly is: 'waiting' }
  | { readonly is: 'asking' }
  | { readonly is: 'saving'; readonly saveId: string; readonly text: string }
  /** It is a commit; the draft goes when the file has been read again. */
  | { readonly is: 'saved'; readonly text: string }
  /** Somebody else has changed the file since. */
  | { readonly is: 'conflict' }
  | { readonly is: 'refused'; readonly why: string };

const isBusy = (view: SessionView): boolean => view.runningTurn !== undefined || view.queuedTurns > 0;

/** Saves one file, and says what became of it: that is an event, which the view has. */
export const useSave = (view: SessionView, path: string, draft: Draft | undefined) => {
  const api = useSessionApi();
  const [saving, setSaving] = useState<Saving>({ is: 'idle' });
  const { save } = view;
  const busy = isBusy(view);
  const latest = useRef({ path, draft });
  latest.current = { path, draft };

  const send = useCallback(
    async (base?: string | null): Promise<void> => {
      const { path: of, draft: now } = latest.current;
      if (now === undefined) return setSaving({ is: 'idle' });
      setSaving({ is: 'asking' });
      try {
        const { saveId } = await api.saveFile(
          of,
          now.text,
          base === undefined ? now.base : base,
          commandId(),
        );
        setSaving({ is: 'saving', saveId, text: now.text });
      } catch (error) {
        setSaving({ is: 'refused', why: explain(error) });
      }
    },
    [api],
  );

  useEffect(() => {
    if (saving.is === 'waiting' && !busy) void send();
  }, [saving.is, busy, send]);

  useEffect(() => {
    if (saving.is !== 'saving' || save?.saveId !== saving.saveId || save.status === 'saving') return;
    const code = save.error?.code;
    if (save.status === 'saved' || code === 'file_unchanged') {
      setSaving({ is: 'saved', text: saving.text });
    } else if (code === 'file_changed') setSaving({ is: 'conflict' });
    else setSaving({ is: 'refused', why: save.error?.message ?? 'The file was not saved.' });
  }, [saving, save]);

  return {
    saving,
    start: () => (busy ? setSaving({ is: 'waiting' }) : void send()),
    /** Over what is there by now. */
    overwrite: (base: string | null) => void send(base),
    forget: () => setSaving({ is: 'idle' }),
  };
};
