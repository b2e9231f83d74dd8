/** An address on the web, shown without what everybody skips. */
export function WebLink({ href }: { href: string }) {
  return (
    <a className="text-accent underline underline-offset-2" href={href} target="_blank" rel="noreferrer">
      {href.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}
    </a>
  );
}
