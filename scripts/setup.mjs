// Plain JavaScript, no dependency: this runs under whatever Node the host has, before anything is installed.
// `npm start`, `npm test`, `npm run bench` and `npm run mk0r` call it first; it does only what is not done yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complaintAboutNode } from './node-version.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAMPS = join(ROOT, 'node_modules', '.mk0r');

const say = (line) => process.stdout.write(`setup · ${line}\n`);

const fail = (message) => {
  process.stderr.write(`\nmk0r cannot be set up.\n${message}\n\n`);
  process.exit(1);
};

const checkNode = () => {
  const complaint = complaintAboutNode(process.versions.node);
  if (complaint !== undefined) fail(complaint);
};

const checkGit = () => {
  if (spawnSync('git', ['--version']).status === 0) return;
  fail('git was not found. Every session has its own repository: install git and try again.');
};

const filesIn = (path) => {
  const absolute = join(ROOT, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute)
    .filter((name) => !['node_modules', 'dist'].includes(name))
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
};

const digestOf = (paths) => {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesIn)) hash.update(path).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
};

/** Runs a step unless it was done for the very same inputs before; says what it does and how long it took. */
const step = (name, { what, inputs, output, run }) => {
  const stamp = join(STAMPS, name);
  const digest = digestOf(inputs);
  if (existsSync(join(ROOT, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  say(`${what} ...`);
  const startedAt = Date.now();
  const [command, ...args] = run;
  const result = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  if (result.status !== 0) {
    const why = result.error
      ? String(result.error)
      : `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-25).join('\n');
    fail(`"${run.join(' ')}" failed:\n${why}`);
  }
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, digest);
  say(`${what}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
};

const env = { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` };

checkNode();
checkGit();
step('dependencies', {
  what: 'installing dependencies, Node 24 and Postgres 17 among them',
  inputs: ['package.json', 'package-lock.json'],
  output: 'node_modules/.bin/node',
  run: ['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'],
});
if (process.argv[2] !== 'cli') {
  step('web', {
    what: 'building the page',
    inputs: ['web', 'domain', 'projections', 'package-lock.json'],
    output: 'web/dist/index.html',
    run: ['npm', 'run', '--silent', 'web:build'],
  });
}
if (process.argv[2] === 'test') {
  step('template', {
    what: 'installing the app template’s dependencies, for the suites that run it as it stands',
    inputs: ['sandbox/template/package.json', 'sandbox/template/package-lock.json'],
    output: 'sandbox/template/node_modules/.bin/vite',
    run: [
      'npm',
      'ci',
      '--prefix',
      'sandbox/template',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
  });
}
