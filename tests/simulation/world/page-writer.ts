import type { PageWriter } from '../../../commands/ports/page-writer.ts';
import type { TestClock } from '../../../commands/testing/clock.ts';
import { createScriptedWriter, pageSaying, type Stroke } from '../../../commands/testing/page-writer.ts';
import type { Latency } from '../../../commands/testing/providers.ts';
import type { Chance } from '../chance.ts';
import type { Faults } from '../faults.ts';

/** A model that says nothing more is given up on by its relay. */
const SILENT_MS = 60_000;

/** A writer whose every page is drawn: whole, cut off, broken, or none at all. */
export const createSimulatedWriter = ({
  time,
  latency,
  faults,
  chance,
}: {
  readonly time: TestClock;
  readonly latency: Latency;
  readonly faults: Faults;
  readonly chance: Chance;
}): PageWriter => {
  const scripted = createScriptedWriter(latency);
  const strokes = (words: string): readonly Stroke[] => {
    const kind = chance.between(0, 9);
    if (kind === 0) return [{ says: 'Nothing is to be changed.' }];
    if (kind === 1) return [{ writes: '<!doctype html><html><p>cut' }];
    if (kind === 2) return [{ writes: `<!doctype html><html><script>let (</script></html>` }];
    const page = pageSaying(words);
    const half = Math.floor(page.length / 2);
    return [{ writes: page.slice(0, half) }, { writes: page.slice(half) }, { says: 'It is written.' }];
  };
  return {
    write: async function* (request, signal) {
      scripted.will(...strokes(`${request.prompt} ${chance.between(0, 99)}`));
      for await (const update of scripted.write(request, signal)) {
        if (faults.strikes('agent-fails')) {
          yield { type: 'error', code: 'model_failed', message: 'The model failed.' };
          return;
        }
        if (faults.strikes('agent-hangs')) await Promise.race([time.sleep(SILENT_MS), ended(signal)]);
        if (signal.aborted) return;
        yield update;
      }
    },
  };
};

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
