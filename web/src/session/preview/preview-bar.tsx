import {
  ArrowLeft,
  ExternalLink,
  Monitor,
  RotateCcwSquare,
  RotateCw,
  Smartphone,
  Tablet,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../../ui/button.tsx';
import { asPath } from './preview-state.ts';
import type { Device, DeviceName } from './sizes.ts';

type Props = {
  readonly path: string;
  readonly address: string | undefined;
  readonly canGoBack: boolean;
  readonly device: Device;
  readonly onPath: (path: string) => void;
  readonly onBack: () => void;
  readonly onReload: () => void;
  readonly onDevice: (device: Device) => void;
};

const DEVICES: readonly (readonly [DeviceName, string, typeof Monitor])[] = [
  ['full', 'Full width', Monitor],
  ['tablet', 'Tablet size, 768 by 1024', Tablet],
  ['phone', 'Phone size, 390 by 844', Smartphone],
];

/** A row of choices of which one holds; on a phone the app is as wide as the phone, and there is nothing to choose. */
const Devices = ({ device, onDevice }: Pick<Props, 'device' | 'onDevice'>) => (
  <div className="flex items-center gap-1 max-[899px]:hidden">
    {device.name === 'full' ? null : (
      <IconButton
        label="Turn the device"
        aria-pressed={device.rotated}
        onClick={() => onDevice({ ...device, rotated: !device.rotated })}
      >
        <RotateCcwSquare className="size-4" strokeWidth={1.75} />
      </IconButton>
    )}
    <fieldset aria-label="Size" className="flex items-center rounded-lg bg-sunken">
      {DEVICES.map(([name, label, Icon]) => (
        <IconButton
          key={name}
          label={label}
          aria-pressed={device.name === name}
          onClick={() => onDevice({ name, rotated: name === device.name && device.rotated })}
          className="rounded-md text-ink-3 aria-pressed:bg-surface aria-pressed:ring-1 aria-pressed:ring-line"
        >
          <Icon className="size-4" strokeWidth={1.75} />
        </IconButton>
      ))}
    </fieldset>
  </div>
);

export const PreviewBar = (props: Props) => {
  const { path, address, canGoBack, onPath, onBack, onReload } = props;
  const [typed, setTyped] = useState(path);
  useEffect(() => setTyped(path), [path]);
  return (
    <div className="flex h-11 shrink-0 items-center gap-1 border-b border-line px-2">
      <IconButton label="Back in the preview" onClick={onBack} disabled={address === undefined || !canGoBack}>
        <ArrowLeft className="size-4" />
      </IconButton>
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
      <Devices {...props} />
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
