import type { ReactNode } from 'react';
import { useFit } from '../../ui/use-fit.ts';

const PHONE = { width: 390, height: 844, border: 8 };
const OUTER = { width: PHONE.width + 2 * PHONE.border, height: PHONE.height + 2 * PHONE.border };

/** The app across the whole pane, or as on a phone: laid out at 390 by 844, shown smaller where the pane is lower. */
export const PreviewFrame = ({
  phone,
  children,
}: {
  readonly phone: boolean;
  readonly children: ReactNode;
}) => {
  const { around, scale } = useFit(OUTER.width, OUTER.height);
  return (
    <div className={phone ? 'min-h-0 flex-1 overflow-hidden bg-sunken p-5' : 'min-h-0 flex-1'}>
      <div ref={around} className={phone ? 'flex size-full items-start justify-center' : 'size-full'}>
        <div
          className={
            phone
              ? 'relative shrink-0 origin-top overflow-hidden rounded-[2.25rem] border-8 border-line-strong bg-surface'
              : 'relative size-full bg-surface'
          }
          style={phone ? { width: OUTER.width, height: OUTER.height, scale } : undefined}
        >
          {children}
        </div>
      </div>
    </div>
  );
};
