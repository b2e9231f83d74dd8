import type { ReactNode } from 'react';
import { cx } from '../../ui/cx.ts';
import { useFit } from '../../ui/use-fit.ts';
import { type Device, sizeOf } from './sizes.ts';

const BORDER = 8;

/** The app across the whole pane, or as on a device: laid out at its size, shown smaller where there is less room. */
export const PreviewFrame = ({
  device,
  children,
}: {
  readonly device: Device;
  readonly children: ReactNode;
}) => {
  const size = sizeOf(device);
  const outer = size && { width: size.width + 2 * BORDER, height: size.height + 2 * BORDER };
  const { around, scale } = useFit(outer?.width ?? 1, outer?.height ?? 1);
  return (
    <div className={cx('min-h-0 flex-1', outer !== undefined && 'overflow-hidden bg-sunken p-5')}>
      <div ref={around} className={cx('size-full', outer !== undefined && 'flex items-start justify-center')}>
        <div
          className={cx(
            'relative bg-surface',
            outer === undefined
              ? 'size-full'
              : 'shrink-0 origin-top overflow-hidden border-8 border-line-strong',
            device.name === 'phone' && 'rounded-[2.25rem]',
            device.name === 'tablet' && 'rounded-[1.5rem]',
          )}
          style={outer === undefined ? undefined : { ...outer, scale }}
        >
          {children}
        </div>
      </div>
    </div>
  );
};
