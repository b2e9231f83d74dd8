import { Notice } from './Notice.tsx';

type Props = { to: string; label: string; error?: string | undefined };

/** The way back to a list; with an error, all there is to see. */
export function Back({ to, label, error }: Props) {
  const link = (
    <a href={`#${to}`} className="w-fit text-muted text-sm hover:text-ink">
      ← {label}
    </a>
  );
  if (error === undefined) return link;
  return (
    <main className="mx-auto grid grid-cols-1 max-w-2xl gap-5 px-4 pt-6 sm:pt-12">
      {link}
      <Notice message={error} />
    </main>
  );
}
