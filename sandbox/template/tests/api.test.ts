import assert from 'node:assert/strict';
import { test } from 'node:test';
import api from '../server/index.ts';

test('the API answers', async () => {
  const response = await api.request('/api/health');
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { ok: true });
});

test('an unknown route says so, as JSON', async () => {
  const response = await api.request('/api/nothing-here');
  assert.equal(response.status, 404);
  assert.deepEqual(await response.json(), { error: 'There is no GET /api/nothing-here.' });
});
