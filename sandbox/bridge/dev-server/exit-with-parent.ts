import { isMainThread } from 'node:worker_threads';

// Preloaded into the dev server. A bridge that is killed outright cannot stop its children; the pipe it held breaks.
if (isMainThread) {
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
}
