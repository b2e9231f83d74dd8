import { useEffect, useState } from 'react';

const SHOWN_MS = 2_000;

/** Copies text, and says so for a moment. Without a secure context the old way has to do. */
export const useCopy = () => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const id = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(id);
  }, [copied]);

  const copy = (text: string): void => {
    if (navigator.clipboard === undefined) {
      prompt('Copy this', text);
      return;
    }
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => prompt('Copy this', text),
    );
  };
  return { copied, copy };
};
