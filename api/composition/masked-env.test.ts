import { expect, test } from 'vitest';
import { maskEnv } from './masked-env.ts';

const given = { RESEND_API_KEY: 're_a_long_key_of_ours', NEON_HOST: 'short' };
const names = ['RESEND_API_KEY', 'NEON_HOST'];

test('shows enough of a value to recognise it, and nothing of a short one', () => {
  expect(maskEnv({ names, given, own: {}, file: undefined })).toEqual([
    { name: 'RESEND_API_KEY', masked: 're_a••••ours', service: 'resend', replaced: false },
    { name: 'NEON_HOST', masked: '••••••••', service: 'neon', replaced: false },
  ]);
});

test('says whose a value is: replaced here, written by hand, or added', () => {
  const own = { RESEND_API_KEY: 're_a_long_key_of_mine', STRIPE_KEY: 'sk' };
  const file = { ...given, ...own, BY_HAND: 'x', NEON_HOST: 'elsewhere' };
  expect(maskEnv({ names: [...names, 'STRIPE_KEY'], given, own, file })).toMatchObject([
    { name: 'RESEND_API_KEY', masked: 're_a••••mine', service: 'yours', replaced: true },
    { name: 'NEON_HOST', service: 'yours', replaced: false },
    { name: 'STRIPE_KEY', service: 'yours', replaced: true },
    { name: 'BY_HAND', service: 'yours', replaced: false },
  ]);
  // While the sandbox sleeps the file cannot be read, and what is to be in it is shown.
  expect(maskEnv({ names, given, own, file: undefined })).toMatchObject([
    { name: 'RESEND_API_KEY', service: 'yours', replaced: true },
    { name: 'NEON_HOST', service: 'neon', replaced: false },
    { name: 'STRIPE_KEY', service: 'yours', replaced: true },
  ]);
});

test('takes no name for a property of objects', () => {
  expect(maskEnv({ names: ['constructor'], given: {}, own: {}, file: {} })).toEqual([]);
});
