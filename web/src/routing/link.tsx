import type { ComponentProps, MouseEvent } from 'react';
import { navigate } from './router.ts';

/** A real anchor, so that it opens in a new tab as any other, and without a page load otherwise. */
export const Link = ({ href, ...rest }: ComponentProps<'a'> & { readonly href: string }) => {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (elsewhere || event.defaultPrevented) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
};
