import { Check, Copy } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { explain } from '../server/problem.ts';
import type { OneTimeLink } from '../server/types.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { useNow, wholeSeconds } from '../ui/time.ts';
import { useCopy } from '../ui/use-copy.ts';
import { useLoaded } from '../ui/use-loaded.ts';
import { useSessionApi } from './session-api.ts';

const QrCode = lazy(async () => ({ default: (await import('../ui/qr-code.tsx')).QrCode }));

const Ready = ({ link, onAnother }: { readonly link: OneTimeLink; readonly onAnother: () => void }) => {
  const now = useNow(1_000);
  const { copied, copy } = useCopy();
  const left = Date.parse(link.expiresAt) - now;
  if (left <= 0) {
    return (
      <Notice
        className="mt-4"
        action={
          <Button small onClick={onAnother}>
            Make another
          </Button>
        }
      >
        This link has expired.
      </Notice>
    );
  }
  return (
    <div className="mt-4 flex flex-wrap items-center gap-5">
      <Suspense fallback={<div className="size-52 rounded-xl border border-line" />}>
        <QrCode text={link.url} label="The link as a QR code" />
      </Suspense>
      <div className="min-w-40 flex-1 space-y-3">
        <Button look="solid" onClick={() => copy(link.url)}>
          {copied ? (
            <Check aria-hidden="true" className="size-4" />
          ) : (
            <Copy aria-hidden="true" className="size-4" />
          )}
          {copied ? 'Copied' : 'Copy the link'}
        </Button>
        <p className="text-small text-ink-2">
          Works once, in the next <span className="tabular">{wholeSeconds(left)}</span>. Whoever opens it can
          do with this app what you can.
        </p>
      </div>
    </div>
  );
};

/** The way of this app to a phone, or to another browser: a link that works once. */
export const DeviceDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const api = useSessionApi();
  // React's development build mounts twice; one link is made all the same.
  const asked = useRef<Promise<OneTimeLink>>(undefined);
  const { value, error, loading, reload } = useLoaded(() => {
    asked.current ??= api.issueLink();
    return asked.current;
  }, 'link');
  const another = (): void => {
    asked.current = undefined;
    reload();
  };
  useEffect(() => {
    if (error !== undefined) asked.current = undefined;
  }, [error]);
  return (
    <Dialog title="Open on another device" onClose={onClose}>
      <p className="mt-2 text-small text-ink-2">
        Point a phone’s camera at this, or open the link in another browser. The conversation, the app and its
        history go on there, and stay here as well.
      </p>
      {error === undefined || loading ? null : (
        <Notice
          className="mt-4"
          action={
            <Button small onClick={another}>
              Try again
            </Button>
          }
        >
          {explain(error)}
        </Notice>
      )}
      {value === undefined ? (
        <div className="mt-4 h-52" aria-busy="true" />
      ) : (
        <Ready link={value} onAnother={another} />
      )}
      <div className="mt-6 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
};
