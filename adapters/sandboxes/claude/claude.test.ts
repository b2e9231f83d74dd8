import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBrowser } from './browser.ts';
import { claudeHash, installClaude } from './install.ts';
import { browserServer, claudeCommand, claudeEnv, INSIDE } from './launch.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mk0r-claude-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

/** In npm's place: a script that writes down how it was called, and does that. */
const npmThat = (does: string): void => {
  mkdirSync(join(dir, 'npm'), { recursive: true });
  const script = join(dir, 'npm', 'npm-cli.js');
  writeFileSync(script, `const fs = require('node:fs');\nconst args = process.argv.slice(2);\n${does}\n`);
  vi.stubEnv('npm_execpath', script);
};
const INSTALLS = "fs.mkdirSync('node_modules'); fs.writeFileSync('node_modules/args', args.join(' '));";

/** The lockfile of some version. */
const sources = (version: string): string => {
  const claude = join(dir, version, 'claude');
  mkdirSync(claude, { recursive: true });
  const dependencies = { '@agentclientprotocol/claude-agent-acp': version };
  for (const file of ['package.json', 'package-lock.json'])
    writeFileSync(join(claude, file), JSON.stringify({ dependencies }));
  return join(dir, version);
};

describe('Claude Code', () => {
  const lines: string[] = [];
  const install = (version: string) =>
    installClaude({
      sourceDir: sources(version),
      agentsDir: join(dir, 'agents'),
      log: (line) => void lines.push(line),
    });
  beforeEach(() => void lines.splice(0));

  test('is installed once from its lockfile, without running scripts, and says how long it took', async () => {
    npmThat(INSTALLS);
    const target = await install('1.0.0');
    expect(target).toBe(join(dir, 'agents', `claude-${claudeHash(join(dir, '1.0.0'))}`));
    expect(existsSync(join(target, 'node_modules', 'args'))).toBe(true);
    expect(lines).toEqual([
      'installing Claude Code (claude-agent-acp 1.0.0) from npm ...',
      expect.stringMatching(/^installing Claude Code \(claude-agent-acp 1\.0\.0\) from npm: [\d.]+ s$/),
    ]);
    npmThat('process.exit(1)');
    expect(await install('1.0.0')).toBe(target);
    expect(lines).toHaveLength(2);
  });

  test('of another version takes the place of the one before', async () => {
    npmThat(INSTALLS);
    await install('1.0.0');
    const target = await install('2.0.0');
    expect(readdirSync(join(dir, 'agents'))).toEqual([target.slice(join(dir, 'agents').length + 1)]);
  });

  test('that was cut off on its way is installed anew', async () => {
    npmThat(INSTALLS);
    const cutOff = join(dir, 'agents', `claude-${claudeHash(sources('1.0.0'))}`);
    mkdirSync(join(cutOff, 'node_modules'), { recursive: true });
    expect(await install('1.0.0')).toBe(cutOff);
    expect(existsSync(join(cutOff, 'node_modules', 'args'))).toBe(true);
  });

  test('that cannot be installed leaves nothing behind, and says how to go on without it', async () => {
    npmThat("console.error('npm error network down'); process.exit(1);");
    await expect(install('1.0.0')).rejects.toMatchObject({
      code: 'agent_install_failed',
      message: expect.stringMatching(/npm error network down.*without ANTHROPIC_API_KEY/),
    });
    expect(readdirSync(join(dir, 'agents'))).toEqual([]);
  });

  test('is given a token in place of the key, and says nothing to anybody but the model', () => {
    const env = claudeEnv({ url: 'http://127.0.0.1:3013', token: 'a-token' });
    expect(env).toMatchObject({
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:3013',
      ANTHROPIC_API_KEY: 'a-token',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    });
    expect(claudeCommand(INSIDE)[0]).toBe('/opt/mk0r/bin/node');
    expect(claudeCommand(INSIDE)[1]).toMatch(/^\/opt\/agents\/node_modules\/@agentclientprotocol\//);
  });
});

describe('the browser of the agent', () => {
  const program = (mode: number): string => {
    const path = join(dir, 'chrome');
    writeFileSync(path, '');
    chmodSync(path, mode);
    return path;
  };

  test('is the one asked for, with its directory where sandboxes do not see it anyway', () => {
    const path = program(0o755);
    expect(findBrowser(path)).toEqual({ path, directory: dir });
    expect(findBrowser('/usr/bin/env')).toEqual({ path: '/usr/bin/env' });
  });

  test('is none where there is nothing to be run', () => {
    expect(findBrowser(join(dir, 'nothing'))).toBeUndefined();
  });

  test('is driven without a window, and without a sandbox of its own', () => {
    expect(browserServer(INSIDE, '/usr/bin/chromium')).toMatchObject({
      name: 'playwright',
      command: '/opt/mk0r/bin/node',
      args: expect.arrayContaining(['--headless', '--isolated', '--no-sandbox', '/usr/bin/chromium']),
    });
  });
});
