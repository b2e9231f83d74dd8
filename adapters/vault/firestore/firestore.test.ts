import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Vault } from '../../../commands/ports/vault.ts';
import { left, right, rightOf } from '../../../domain/testing/outcome.ts';
import { type FirestoreStandIn, startFirestoreStandIn } from '../../../tests/stand-ins/firestore/server.ts';
import { vaultContract } from '../vault.contract.ts';
import { openFirestoreVault } from './open.ts';

const MASTER_KEY = randomBytes(32);
const projectId = 'apps-of-ann';

const open = async (emulator: string, masterKey: Uint8Array = MASTER_KEY) =>
  rightOf(await openFirestoreVault({ projectId, emulator, masterKey }));

describe('Firestore', () => {
  let firestore: FirestoreStandIn;
  beforeAll(async () => {
    firestore = await startFirestoreStandIn();
  });
  afterAll(() => firestore.close());

  vaultContract('Firestore', async () => {
    const vault = await open(firestore.host);
    return { vault, dispose: vault.close };
  });
});

describe('the vault in Firestore', () => {
  let firestore: FirestoreStandIn;
  let vault: Vault & { readonly close: () => Promise<void> };
  beforeEach(async () => {
    firestore = await startFirestoreStandIn();
    vault = await open(firestore.host);
  });
  afterEach(async () => {
    await vault.close();
    await firestore.close();
  });

  const sessionWith = async (values: Readonly<Record<string, string>>): Promise<string> => {
    const session = randomUUID();
    await right(vault.openSession(session));
    await right(vault.put(session, values));
    return session;
  };
  const stored = (): string =>
    firestore
      .documents()
      .map(({ fields }) =>
        JSON.stringify(fields, (_name, value) =>
          value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
        ),
      )
      .join('\n');

  test('another master key does not open it', async () => {
    const opened = await openFirestoreVault({
      projectId,
      emulator: firestore.host,
      masterKey: randomBytes(32),
    });
    expect(opened).toMatchObject({ left: { tag: 'WrongMasterKey' } });
  });

  test('no value is readable in it, and no key', async () => {
    const session = await sessionWith({ NAME: 'a value that must not be seen' });
    expect(stored()).not.toContain('a value that must not be seen');
    const key = Buffer.from((await right(vault.dataKey(session))) ?? '').toString('latin1');
    expect(key).toHaveLength(32);
    expect(stored()).not.toContain(key);
  });

  test('after a shred nothing of the session is left but that it was', async () => {
    const session = await sessionWith({ ONE: '1', TWO: '2' });
    expect(firestore.documents()).toHaveLength(4);
    await right(vault.shred(session));
    expect(
      firestore
        .documents()
        .map(({ fields }) => Object.keys(fields))
        .sort(),
    ).toEqual([['sealed'], ['shredded']]);
  });

  test('a shred that was cut off after the key leaves nothing readable, and is completed when repeated', async () => {
    const session = await sessionWith({ ONE: '1' });
    firestore.fail('RunQuery', 'PERMISSION_DENIED', { times: 3 });
    expect((await left(vault.shred(session))).tag).toBe('VaultUnavailable');
    expect(await right(vault.all(session))).toEqual({});
    await right(vault.shred(session));
    expect(firestore.documents()).toHaveLength(2);
  });

  test('a value never arrives in a session that is shredded meanwhile', async () => {
    const other = await open(firestore.host);
    const session = await sessionWith({ ONE: '1' });
    await Promise.all([
      ...Array.from({ length: 5 }, (_, at) => other.put(session, { [`NAME_${at}`]: 'value' })()),
      right(vault.shred(session)),
    ]);
    await right(vault.shred(session));
    expect(firestore.documents()).toHaveLength(2);
    await other.close();
  });

  test('a key that another server shredded opens no value here', async () => {
    const other = await open(firestore.host);
    const session = await sessionWith({ NAME: 'value' });
    expect(await right(other.all(session))).toEqual({ NAME: 'value' });
    await right(vault.shred(session));
    expect(await right(other.all(session))).toEqual({});
    expect((await left(other.put(session, { NAME: 'again' }))).tag).toBe('VaultUnavailable');
    await other.close();
  });

  test('a put that meets contention is made again', async () => {
    const session = await sessionWith({});
    firestore.fail('Commit', 'ABORTED');
    await right(vault.put(session, { NAME: 'value' }));
    expect(await right(vault.all(session))).toEqual({ NAME: 'value' });
  });

  test('a put whose answer is lost has been made once', async () => {
    const session = await sessionWith({});
    firestore.fail('Commit', 'UNAVAILABLE', { after: true });
    await vault.put(session, { NAME: 'value' })();
    expect(await right(vault.all(session))).toEqual({ NAME: 'value' });
  });

  test('a service account that may not is told what it lacks', async () => {
    firestore.fail('BatchGetDocuments', 'PERMISSION_DENIED', { times: 3 });
    expect((await left(vault.dataKey(randomUUID()))).message).toContain('Cloud Datastore User');
  });
});

const {
  MK0R_CONTRACT_LIVE: live,
  FIREBASE_PROJECT_ID: project,
  GOOGLE_APPLICATION_CREDENTIALS: file,
} = process.env;
if (live === '1' && project && file)
  vaultContract('Firestore itself', async () => {
    const masterKey = Buffer.from(process.env.MK0R_MASTER_KEY ?? '', 'base64');
    const vault = rightOf(await openFirestoreVault({ projectId: project, masterKey }));
    return { vault, dispose: vault.close };
  });
