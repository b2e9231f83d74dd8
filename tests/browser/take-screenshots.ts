// Takes the pictures of the README anew: node tests/browser/take-screenshots.ts [directory]
import { join } from 'node:path';
import { openChromium } from '../support/chromium.ts';
import { ADMIN_TOKEN } from '../support/operator.ts';
import { startServer } from '../support/server.ts';
import { takeScreens } from './screens.ts';

const dir = process.argv[2] ?? join(import.meta.dirname, '../../docs/images');
const [server, browser] = await Promise.all([startServer({ ADMIN_TOKEN }), openChromium()]);
try {
  await takeScreens(browser, server, dir);
  process.stdout.write(`The pictures are in ${dir}.\n`);
} finally {
  await browser.close();
  await server.close();
}
