import { type ComponentProps, type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import { cx } from './cx.ts';

type Props = Omit<ComponentProps<'textarea'>, 'onChange' | 'value' | 'ref'> & {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly onSubmit: () => void;
  readonly field?: RefObject<HTMLTextAreaElement | null>;
};

/** Text that grows with what is typed. Enter sends, Shift+Enter starts a line, Ctrl or Cmd+Enter sends as well. */
export const PromptField = ({ label, value, onText, onSubmit, field, className, ...rest }: Props) => {
  const own = useRef<HTMLTextAreaElement>(null);
  const element = field ?? own;

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While an input method composes, Enter picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSubmit();
  };

  // Browsers that know `field-sizing` grow the field on their own.
  useLayoutEffect(() => {
    const area = element.current;
    if (area === null || CSS.supports('field-sizing', 'content')) return;
    area.style.height = 'auto';
    area.style.height = value === '' ? '' : `${area.scrollHeight}px`;
  }, [element, value]);

  return (
    <textarea
      ref={element}
      aria-label={label}
      value={value}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
      className={cx('field-sizing-content block w-full resize-none bg-transparent outline-none', className)}
      {...rest}
    />
  );
};
