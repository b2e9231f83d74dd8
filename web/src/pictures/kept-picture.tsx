import { ImageOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSessionApi } from '../session/session-api.ts';
import { cx } from '../ui/cx.ts';
import { useLoaded } from '../ui/use-loaded.ts';

/** All of it is shown, in its own proportions. */
const SHAPE = 'rounded-lg border border-line bg-sunken object-contain';

/** A picture the session keeps, fetched as its owner: an `img` alone could not say who asks. */
export const KeptPicture = ({
  id,
  alt,
  className,
}: {
  readonly id: string;
  readonly alt: string;
  readonly className: string;
}) => {
  const api = useSessionApi();
  const { value: blob, error } = useLoaded(() => api.picture(id), id);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (url !== undefined) return <img src={url} alt={alt} className={cx(SHAPE, className)} />;
  return (
    <span
      role="img"
      aria-label={error === undefined ? alt : `${alt} cannot be shown`}
      className={cx(SHAPE, 'grid place-items-center text-ink-3', className)}
    >
      {error === undefined ? null : <ImageOff aria-hidden="true" className="size-4" />}
    </span>
  );
};
