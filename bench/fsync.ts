import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.ts';

/**
 * How often per second this disk makes a 4 KiB write durable, one after the other: the figure every durable one has to
 * be read beside. Median over slices of 100 ms, as shared disks stall now and then. Measured in the temporary
 * directory, where the benchmarks keep their files.
 */
export const fsyncPerSecond = (durationMs = 1_000): number => {
  const directory = mkdtempSync(join(tmpdir(), 'mk0r-fsync-'));
  const file = openSync(join(directory, 'data'), 'w');
  const block = Buffer.alloc(4096, 1);
  const rates: number[] = [];
  try {
    for (const end = performance.now() + durationMs; performance.now() < end; ) {
      const start = performance.now();
      let synced = 0;
      for (; performance.now() < start + 100; synced += 1) {
        // The same block over and over, as a log that is reused does: the file's size does not change.
        writeSync(file, block, 0, block.length, 0);
        fdatasyncSync(file);
      }
      rates.push((synced * 1_000) / (performance.now() - start));
    }
    return Math.round(median(rates));
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true, force: true });
  }
};
