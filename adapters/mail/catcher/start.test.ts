import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { Resend } from 'resend';
import { describe, expect, it } from 'vitest';
import { startMailCatcher } from './start.ts';
import { CONTROL_KEY, HELLO, withCatcher } from './testing.ts';

describe('the mail catcher starts', () => {
  const rig = withCatcher();

  it('again with everything it had answered for', async () => {
    const { token, audienceId } = await rig.sandboxKey();
    await rig.clientOf(token).emails.send(HELLO);
    await rig.catcher.close();
    await rig.start();
    expect(rig.catcher.segmentNamed('mk0r-aaaaaaaaaaaa Users')).toBe(audienceId);
    expect(rig.catcher.segmentNamed('nobody')).toBeUndefined();
    expect(rig.catcher.inbox({ segmentId: audienceId })).toMatchObject([{ subject: 'Hello' }]);
    expect((await rig.clientOf(token).emails.send(HELLO)).error).toBeNull();
  });

  it('again after a kill, with every mail it had said yes to', async () => {
    const { token, audienceId } = await rig.sandboxKey();
    await rig.catcher.close();
    const child = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { pino } from 'pino';
       import { startMailCatcher } from '${new URL('start.ts', import.meta.url).href}';
       const options = { file: process.argv[1], port: 0, controlKey: process.argv[2] };
       const { url } = await startMailCatcher({ ...options, logger: pino({ level: 'silent' }) });
       console.log(url);`,
      join(rig.folder, 'mail.db'),
      CONTROL_KEY,
    ]);
    const [url] = await once(child.stdout, 'data');
    const sent = await new Resend(token, { baseUrl: String(url).trim() }).emails.send(HELLO);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rig.start();
    expect(rig.catcher.inbox({ segmentId: audienceId }).map(({ id }) => id)).toEqual([sent.data?.id]);
  });

  it('not on a port that is taken, and says so', async () => {
    const options = {
      file: join(rig.folder, 'b.db'),
      port: rig.catcher.port,
      logger: pino({ level: 'silent' }),
      controlKey: CONTROL_KEY,
    };
    await expect(startMailCatcher(options)).rejects.toThrow(`127.0.0.1:${rig.catcher.port}`);
  });

  it('not on a damaged file, which it names and leaves alone', async () => {
    const file = join(rig.folder, 'damaged.db');
    await writeFile(file, 'this is not a database, but it is somebody’s');
    const options = { file, port: 0, logger: pino({ level: 'silent' }), controlKey: CONTROL_KEY };
    await expect(startMailCatcher(options)).rejects.toThrow(file);
    expect(await readFile(file, 'utf8')).toContain('somebody');
  });
});
