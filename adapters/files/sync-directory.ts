import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A new name in a directory survives a power cut only once the directory itself is synced. */
export const syncDirectory = (directory: string): void => {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
