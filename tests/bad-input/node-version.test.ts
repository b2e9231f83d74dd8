import { expect, test } from 'vitest';

type Module = { readonly complaintAboutNode: (version: string) => string | undefined };

// By address: plain JavaScript without types, because it runs before anything is installed.
const { complaintAboutNode }: Module = await import(
  new URL('../../scripts/node-version.mjs', import.meta.url).href
);

test.each(['20.18.3', '20.9.0', '18.20.4', '9.11.2'])(
  'Node %s is refused with what to install',
  (version) => {
    expect(complaintAboutNode(version)).toContain(`This is Node ${version}`);
    expect(complaintAboutNode(version)).toMatch(/needs Node 20\.19 or newer/);
    expect(complaintAboutNode(version)).toMatch(/nodejs\.org/);
  },
);

test.each(['20.19.0', '20.20.1', '21.0.0', '24.21.0', '100.0.0'])('Node %s will do', (version) => {
  expect(complaintAboutNode(version)).toBeUndefined();
});
