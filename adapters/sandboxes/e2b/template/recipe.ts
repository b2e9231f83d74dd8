import type { E2B, TemplateBuilder } from 'e2b';

/** Changes with the steps below. */
export const RECIPE_VERSION = 'e2b-2';

/** The newest of the release line the server itself runs on. */
const NODE_IMAGE = '24-bookworm-slim';
/** Chromium is what Claude Code looks at apps with. */
const PACKAGES = ['ca-certificates', 'chromium', 'curl', 'git', 'procps'];

/** Where the bridge's start looks for what V8 made of it. */
const COMPILE_CACHE = '/var/cache/mk0r';
/** For what a program loads after its first imports. */
const LATE_IMPORTS_MS = 500;

/** Loads bridge and agent once as a sandbox would; half of a start is compiling them. */
export const COMPILE_SCRIPT = `
import { enableCompileCache, flushCompileCache } from 'node:module';
enableCompileCache('${COMPILE_CACHE}');
await import('/opt/mk0r/' + process.argv[2]);
setTimeout(() => { flushCompileCache(); process.exit(0); }, ${LATE_IMPORTS_MS});
`;

/** A bridge that only loads: on an app that is not there, with a token nobody has. */
const COMPILE_ENV = [
  'MK0R_BRIDGE_TOKEN=building-0123456789abcdef',
  'MK0R_BRIDGE_PORT=8500',
  'MK0R_APP_DIR=/tmp/none',
  'MK0R_RUN_DIR=/tmp/none',
].join(' ');

const RUNTIME_STEPS = [
  'mkdir -p /opt/mk0r/bin',
  'ln -sf "$(command -v node)" /opt/mk0r/bin/node',
  'chmod 755 /opt/mk0r/git-credential-mk0r',
  'chmod -R go-w /opt/mk0r',
  `mkdir -p ${COMPILE_CACHE} /tmp/none`,
  `chown user:user ${COMPILE_CACHE} /tmp/none`,
];

/**
 * The template as E2B builds it, step by step what the local bake does: runtime, Claude Code, app, its packages, the dev
 * server's bundle of them, everything compiled. Nothing is started: the bridge needs the token of its own sandbox, and every
 * sandbox would wake up with the same one.
 */
export const recipe = (Template: E2B['Template'], context: string): TemplateBuilder =>
  Template({ fileContextPath: context })
    .fromNodeImage(NODE_IMAGE)
    .aptInstall(PACKAGES, { noInstallRecommends: true })
    .copy('runtime', '/opt/mk0r', { user: 'root' })
    .runCmd(RUNTIME_STEPS, { user: 'root' })
    .copy('claude', '/opt/agents', { user: 'root' })
    .runCmd('cd /opt/agents && npm ci --ignore-scripts --no-audit --no-fund', { user: 'root' })
    .copy('app', '/app', { user: 'user' })
    .setUser('user')
    .setWorkdir('/app')
    .runCmd('npm ci --ignore-scripts --no-audit --no-fund')
    .runCmd('node node_modules/vite/bin/vite.js optimize')
    .runCmd(
      ['agent/main.ts', 'bridge/main.ts'].map((file) => `${COMPILE_ENV} node /opt/mk0r/compile.mjs ${file}`),
    );
