import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_PICTURE_BYTES } from '../../domain/session/pictures.ts';
import { as, startTestServer, type TestServer } from '../testing/start.ts';

let running: TestServer;
beforeEach(async () => {
  running = await startTestServer();
});
afterEach(() => running.close());

const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

const sent = (payload: Buffer | string, type: string) => {
  const { sessionId, sessionKey } = running.app.addSession('ada');
  return running.server.inject({
    method: 'POST',
    url: `/api/sessions/${sessionId}/pictures`,
    headers: { ...as('ada', sessionKey), 'content-type': type },
    payload,
  });
};
const bytesSent = (): unknown => Object(running.app.carriedOut.at(-1)?.command).bytes;

describe('a picture', () => {
  test('is sent as it is, and answered with what a message names it by', async () => {
    const response = await sent(PNG, 'image/png');
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({ attachment: { id: expect.stringMatching(/^[0-9a-f]{32}$/) } });
    expect(bytesSent()).toEqual(PNG);
  });

  test.each(['application/octet-stream', 'text/html'])(
    'is taken whatever it is said to be (%s): its bytes are looked at',
    async (type) => {
      expect((await sent(PNG, type)).statusCode).toBe(201);
      expect(bytesSent()).toEqual(PNG);
    },
  );

  test('is none where the body is JSON', async () => {
    await sent('{"bytes":"PNG"}', 'application/json');
    expect(bytesSent()).toHaveLength(0);
  });

  test('without end is cut off', async () => {
    const response = await sent(Buffer.alloc(2 * MAX_PICTURE_BYTES + 1), 'image/png');
    expect(response.json()).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  test('comes back as a picture, for its owner’s browser alone', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    const response = await running.server.inject({
      url: `/api/sessions/${sessionId}/pictures/${'0'.repeat(32)}`,
      headers: as('ada', sessionKey),
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=3600, immutable',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is named by a message', async () => {
    const { sessionId, sessionKey } = running.app.addSession('ada');
    const pictures = ['0'.repeat(32)];
    const turn = (payload: object) =>
      running.server.inject({
        method: 'POST',
        url: `/api/sessions/${sessionId}/turns`,
        headers: as('ada', sessionKey),
        payload,
      });
    expect((await turn({ prompt: 'Like this', pictures })).statusCode).toBe(202);
    expect(running.app.carriedOut.at(-1)).toMatchObject({ name: 'submitTurn', command: { pictures } });
    expect((await turn({ prompt: 'Like this', pictures: ['../etc/passwd'] })).statusCode).toBe(400);
  });
});
