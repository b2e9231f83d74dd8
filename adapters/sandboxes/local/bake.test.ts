import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BakeOptions, bakeTemplate } from './bake.ts';
import { installTiny, writeTinyProject } from './fixtures/tiny-project.ts';
import { removeTree } from './remove.ts';
import { cloneApp, handOver } from './template/clone.ts';
import { readManifest } from './template/manifest.ts';

describe('Baking the template', () => {
  let root: string;
  let options: BakeOptions;
  let installs = 0;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mk0r-bake-'));
    installs = 0;
    options = {
      sourceDir: writeTinyProject(root),
      dataDir: join(root, 'data'),
      atMost: 'process',
      log: () => undefined,
      install: (app) => {
        installs += 1;
        return installTiny(app);
      },
    };
  });
  afterEach(() => removeTree(root));

  const templates = () => readdirSync(join(root, 'data/templates'));

  it('happens once for the same sources', async () => {
    const first = await bakeTemplate(options);
    expect(await bakeTemplate(options)).toEqual(first);
    expect(installs).toBe(1);
  });

  it('happens again when a file changed, and the old one goes once nobody holds it', async () => {
    const first = await bakeTemplate(options);
    appendFileSync(join(options.sourceDir, 'template/index.html'), '<p>new</p>');
    const second = await bakeTemplate(options);
    expect(second.hash).not.toBe(first.hash);
    expect(existsSync(first.appDir)).toBe(true);
    writeFileSync(join(first.appDir, `../held-by/${process.pid}.json`), '{"pid":1,"startedAt":"never"}');
    await bakeTemplate(options);
    expect(templates()).toEqual([second.hash]);
  });

  it('does not depend on tests of the bridge, nor on what is installed beside the sources', async () => {
    const first = await bakeTemplate(options);
    writeFileSync(join(options.sourceDir, 'bridge/new.test.ts'), '// a test');
    mkdirSync(join(options.sourceDir, 'template/node_modules/pad'), { recursive: true });
    writeFileSync(join(options.sourceDir, 'template/node_modules/pad/index.js'), '');
    expect((await bakeTemplate(options)).hash).toBe(first.hash);
  });

  it('leaves one whole template when two processes do it at once', async () => {
    const [one, two] = await Promise.all([bakeTemplate(options), bakeTemplate(options)]);
    expect(one).toEqual(two);
    expect(templates()).toEqual([one.hash]);
  });

  it('starts over after a bake that failed or was cut off', async () => {
    const broken = bakeTemplate({ ...options, install: () => Promise.reject(new Error('no network')) });
    await expect(broken).rejects.toThrow('no network');
    mkdirSync(join(root, 'data/templates/.baking-999999999-dead/app'), { recursive: true });
    const { hash } = await bakeTemplate(options);
    expect(templates()).toEqual([hash]);
  });

  it('says which file is missing', async () => {
    const nowhere = bakeTemplate({ ...options, sourceDir: join(root, 'nowhere') });
    await expect(nowhere).rejects.toThrow(/nowhere\/template\/package-lock.json is missing/);
  });

  it('makes nothing in the template writable by others, whatever modes packages come with', async () => {
    const install = async (app: string) => {
      await installTiny(app);
      writeFileSync(join(app, 'node_modules/pad/open.js'), '', { mode: 0o666 });
    };
    const { appDir } = await bakeTemplate({ ...options, install });
    expect(statSync(join(appDir, 'node_modules/pad/open.js')).mode & 0o022).toBe(0);
  });

  it('is cloned with shared packages and own sources', async () => {
    const { appDir, manifestFile } = await bakeTemplate(options);
    const manifest = readManifest(manifestFile);
    const clone = join(root, 'clone');
    await cloneApp({ app: appDir, manifest }, clone, true);
    handOver(manifest, clone, process.getuid?.() ?? 0);
    const inode = (dir: string, path: string) => statSync(join(dir, path)).ino;
    expect(inode(clone, 'node_modules/pad/index.js')).toBe(inode(appDir, 'node_modules/pad/index.js'));
    for (const own of ['index.html', 'package.json', 'node_modules/.vite/deps/_metadata.json'])
      expect(inode(clone, own)).not.toBe(inode(appDir, own));
  });
});
