import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningBridge, startBridgeProcess } from './fixtures/harness.ts';
import { openStream, said, toArray } from './fixtures/prompt.ts';

const DATA = Buffer.from('\x89PNG a picture', 'latin1').toString('base64');
const PICTURE = { name: 'a1b2.png', mediaType: 'image/png', data: DATA };

describe('a message with a picture', () => {
  let bridge: RunningBridge;
  beforeAll(async () => {
    bridge = await startBridgeProcess();
  });
  afterAll(() => bridge.stop());

  const ask = async (promptId: string, sees: boolean): Promise<string> => {
    const sessionId = await bridge.newSession(sees ? { SCRIPTED_SEES: '1' } : {});
    const body = { sessionId, promptId, text: 'attached', pictures: [PICTURE] };
    const { frames } = await openStream(bridge, 'POST', '/session/prompt', body);
    return said(await toArray(frames));
  };

  it('tells an agent that cannot look at it where its file lies, out of the app’s commits', async () => {
    expect(await ask('blind', false)).toBe(`file /.git/mk0r-pictures/a1b2.png image/png ${DATA}\n`);
  });

  it('shows it to an agent that can', async () => {
    expect(await ask('sees', true)).toBe(
      `image image/png ${DATA}\nfile /.git/mk0r-pictures/a1b2.png image/png ${DATA}\n`,
    );
  });

  it.each([
    ['names a file elsewhere', { ...PICTURE, name: '../../etc/passwd.png' }],
    ['is of another kind', { ...PICTURE, mediaType: 'image/svg+xml' }],
    ['is not base64', { ...PICTURE, data: '<svg>' }],
  ])('is refused where it %s', async (_, picture) => {
    const sessionId = await bridge.newSession();
    const body = { sessionId, promptId: 'refused', text: 'attached', pictures: [picture] };
    expect(await bridge.ask('POST', '/session/prompt', body)).toMatchObject({ status: 400 });
  });
});
