import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The sandbox's own `/etc`: git and `os.userInfo()` want a name for the uid, `localhost` must resolve. */
export const writeEtc = (dir: string, uid: number, home: string): void => {
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const files = {
    passwd: `root:x:0:0:root:/:/bin/sh\nuser:x:${uid}:${uid}:user:${home}:/bin/sh\n`,
    group: `root:x:0:\nuser:x:${uid}:\n`,
    hosts: '127.0.0.1 localhost mk0r\n::1 localhost\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(dir, name), content, { mode: 0o644 });
};
