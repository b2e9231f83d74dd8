import { ExternalLink, RotateCw, Smartphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { asPath } from './preview-state.ts';

type Props = {
  readonly path: string;
  readonly address: string | undefined;
  readonly phone: boolean;
  readonly onPath: (path: string) => void;
  readonly onReload: () => void;
  readonly onPhone: (phone: boolean) => void;
};

export const PreviewBar = ({ path, address, phone, onPath, onReload, onPhone }: Props) => {
  const [typed, setTyped] = useState(path);
  useEffect(() => setTyped(path), [path]);
  return (
    <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line px-2">
      <IconButton label="Reload the preview" onClick={onReload} disabled={address === undefined}>
        <RotateCw className="size-4" />
      </IconButton>
      <form
        className="min-w-0 flex-1"
        onSubmit={(event) => {
          event.preventDefault();
          onPath(asPath(typed));
        }}
      >
        <input
          aria-label="Path in your app"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          spellCheck={false}
          autoComplete="off"
          enterKeyHint="go"
          className="h-8 w-full rounded-lg bg-sunken px-3 font-mono text-[0.8125rem] text-ink-2 focus:text-ink"
        />
      </form>
      <IconButton
        label="Phone size, 390 by 844"
        aria-pressed={phone}
        onClick={() => onPhone(!phone)}
        className="max-[899px]:hidden"
      >
        <Smartphone className="size-4" />
      </IconButton>
      {address === undefined ? (
        <IconButton label="Open in a new tab" disabled>
          <ExternalLink className="size-4" />
        </IconButton>
      ) : (
        <a
          href={address}
          target="_blank"
          rel="noreferrer noopener"
          aria-label="Open in a new tab"
          title="Open in a new tab"
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink"
        >
          <ExternalLink className="size-4" />
        </a>
      )}
    </div>
  );
};
