import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorker, type Worker } from '../../sandbox/agent/work/worker.ts';

const PACKAGES = join(import.meta.dirname, '../../sandbox/template/node_modules');
const CHANGE = 'scripts/lib/change.mjs';

/** The packages of the real template, and a script in place of the one that changes tables. */
describe('the worker of an app', () => {
  let cwd: string;
  let worker: Worker;
  const write = async (path: string, text: string) => {
    await mkdir(join(cwd, path, '..'), { recursive: true });
    await writeFile(join(cwd, path), text);
  };
  const change = (more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
    worker.run(
      { kind: 'change', name: 'x' },
      { timeoutMs: 20_000, signal: new AbortController().signal, ...more },
    );
  const doing = (body: string) =>
    write(
      CHANGE,
      `import { word } from '../../word.ts';\nexport const changeTables = async (name, say) => {${body}};\n`,
    );
  const SAY = "say(word + ' by ' + process.pid)";
  const pidIn = (text = '') => Number(/by (\d+)/.exec(text)?.[1]);

  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mk0r-worker-'));
    await symlink(PACKAGES, join(cwd, 'node_modules'));
    await write('package.json', '{"type":"module"}');
    await write('word.ts', "export const word: string = 'one';\n");
    worker = createWorker(cwd);
  });
  afterEach(async () => {
    worker.close();
    await rm(cwd, { recursive: true });
  });

  it('is one process for many tasks, and sees the app’s files as they are at each', async () => {
    await doing(SAY);
    const one = await change();
    await write('word.ts', "export const word: string = 'two';\n");
    const two = await change();
    expect([one?.exitCode, two?.exitCode]).toEqual([0, 0]);
    expect([one?.output, two?.output].map((text) => text?.split(' ')[0])).toEqual(['one', 'two']);
    expect(pidIn(two?.output)).toBe(pidIn(one?.output));
  });

  it('is another process once the app’s packages are others', async () => {
    await doing(SAY);
    const before = pidIn((await change())?.output);
    await utimes(join(cwd, 'package.json'), 1, 1);
    expect(pidIn((await change())?.output)).not.toBe(before);
  });

  it('is replaced after so many tasks, none of which is lost: what it loads anew for each stays bounded', async () => {
    worker.close();
    worker = createWorker(cwd, 3);
    await doing(
      `globalThis.loads = (globalThis.loads ?? 0) + 1; say(globalThis.loads + ' by ' + process.pid)`,
    );
    const answers = [await change(), await change(), await change(), await change()];
    answers.push(...(await Promise.all([change(), change(), change(), change()])), await change());
    const texts = answers.map((answer) => answer?.output);
    expect(texts.map((text) => Number(text?.split(' ')[0]))).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 1]);
    expect(new Set(texts.map(pidIn)).size).toBe(3);
  });

  it('is not to be had where the app has no such script', async () => {
    expect(await change()).toBeUndefined();
  });

  it('fails as a program would: by what was thrown, by its exit code, by its time', async () => {
    await doing("throw new Error('no such type')");
    expect(await change()).toMatchObject({ exitCode: 1, output: expect.stringContaining('no such type') });
    await doing("console.error('gone'); process.exit(3)");
    expect(await change()).toMatchObject({ exitCode: 3, output: 'gone' });
    await doing(SAY);
    expect(await change()).toMatchObject({ exitCode: 0 });
    await doing('for (;;);');
    expect(await change({ timeoutMs: 500 })).toMatchObject({ exitCode: 124 });
  });

  it('is killed with the turn that it works for, and is there again for the next', async () => {
    const turn = new AbortController();
    await doing('setTimeout(() => undefined, 1e9); await new Promise(() => undefined);');
    const stopped = change({ signal: turn.signal });
    turn.abort(new Error('stopped'));
    await expect(stopped).rejects.toThrow('stopped');
    await doing(SAY);
    expect(await change()).toMatchObject({ exitCode: 0 });
  });
});
