import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const ITERATIONS = 4096; // Postgres' own default, scram_iterations

/**
 * The verifier Postgres keeps of a password (RFC 5803), computed here so that the password itself is never part of
 * a statement. Accepted as it is by `PASSWORD '...'`. For printable ASCII, which SASLprep leaves alone.
 */
export const scramVerifier = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
};
