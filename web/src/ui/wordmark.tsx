import { Link } from '../routing/link.tsx';

export const Wordmark = () => (
  <Link
    href="/"
    className="text-[1.0625rem] font-semibold tracking-[-0.03em] text-ink"
    aria-label="mk0r, start page"
  >
    mk<span className="text-alive">0</span>r
  </Link>
);
