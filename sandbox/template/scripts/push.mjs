import { spawn } from 'node:child_process';

// drizzle-kit 0.31 exits 0 when the schema does not compile, and when it would have had to ask something and there is no
// terminal. What it prints at the end is the only proof that the database is as the schema says.
const DONE = /Changes applied|No changes detected/;

const child = spawn(process.execPath, ['node_modules/drizzle-kit/bin.cjs', 'push', '--force'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let printed = '';
child.stdout.on('data', (chunk) => {
  printed += chunk;
  process.stdout.write(chunk);
});
child.on('close', (code) => {
  if (code === 0 && DONE.test(printed)) return;
  console.error(
    '\nNothing was changed in the database. See above, and the rename question in the backend-services skill.',
  );
  process.exitCode = code || 1;
});
