import { ImagePlus } from 'lucide-react';
import { useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import { ACCEPT } from './prepare.ts';

export const AttachButton = ({
  disabled,
  isQuick = false,
  onFiles,
  className,
}: {
  readonly disabled: boolean;
  /** For a quick page, which is written from words alone. */
  readonly isQuick?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly className?: string;
}) => {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label={isQuick ? 'Pictures are for full apps' : 'Attach pictures'}
        disabled={disabled || isQuick}
        onClick={() => input.current?.click()}
        {...(className === undefined ? {} : { className })}
      >
        <ImagePlus className="size-4.5" />
      </IconButton>
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        multiple
        hidden
        aria-label="Pictures to attach"
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file chosen again is a change again.
          currentTarget.value = '';
        }}
      />
    </>
  );
};
