import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generateKeyPairCallback,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { syncDirectory } from '../../files/sync-directory.ts';

const generateKeyPair = promisify(generateKeyPairCallback);

export type SigningKey = {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SPKI PEM; what a verifier needs. */
  readonly publicPem: string;
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

/**
 * Writes a new key under another name and links it into place: the file is whole or not there, and of two processes
 * that start at once one adopts the other's key.
 */
const createKeyFile = async (file: string): Promise<void> => {
  const { privateKey } = await generateKeyPair('rsa', { modulusLength: 2048 });
  const draft = `${file}.new-${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await handle.sync();
    await handle.close();
    await link(draft, file);
    syncDirectory(dirname(file));
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

const readOrCreate = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await createKeyFile(file);
    return readFile(file, 'utf8');
  }
};

/**
 * The key that signs this installation's tokens; made at the first start, then always the same, so that visitors stay
 * signed in over a restart. Kept readable by us alone. Throws, naming the file, where it holds something else.
 */
export const loadSigningKey = async (file: string): Promise<SigningKey> => {
  const pem = await readOrCreate(file);
  await chmod(file, 0o600);
  try {
    const privateKey = createPrivateKey(pem);
    const publicKey = createPublicKey(privateKey);
    const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    return {
      kid: createHash('sha256').update(publicPem).digest('hex').slice(0, 40),
      privateKey,
      publicKey,
      publicPem,
    };
  } catch (cause) {
    throw new Error(
      `The signing key ${file} cannot be read as a private key. Nothing was changed. ` +
        'Restore it, or move it away to start with a new one: every visitor is then signed out.',
      { cause },
    );
  }
};
