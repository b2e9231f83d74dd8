import { describe, expect, it } from 'vitest';
import { FIRST_SEAL, sealOf } from '../../commands/seal.ts';
import { createMemoryEventStore } from '../../commands/testing/event-store.ts';
import { audit } from './audit.ts';

const STREAM = 'session-abc';

/** Three sealed events; `tampered` changes what the second says after it was sealed. */
const aStore = async ({ tampered = false } = {}) => {
  const store = createMemoryEventStore();
  let previous = FIRST_SEAL;
  for (const [revision, type] of ['SessionPlanned', 'SandboxClaimed', 'CloseRequested'].entries()) {
    const metadata = {
      causationId: 'c',
      correlationId: 'c',
      actor: 'operator' as const,
      at: '2026-01-02T03:04:05.678Z',
      schema: 1,
      seal: '',
    };
    const event = { id: `id-${revision}`, type, data: { reason: `r${revision}` }, metadata };
    previous = sealOf(previous, STREAM, revision, event);
    const data = tampered && revision === 1 ? { reason: 'another' } : event.data;
    await store.append(STREAM, revision - 1, [
      { ...event, data, metadata: { ...metadata, seal: previous } },
    ])();
  }
  return store;
};

const run = async (args: readonly string[], store: Awaited<ReturnType<typeof aStore>>) => {
  const lines: string[] = [];
  const code = await audit(args, { store, say: (line) => lines.push(line) });
  return { code, lines };
};

describe('the audit of a session', () => {
  it('tells every event in order, with who and why', async () => {
    const { code, lines } = await run(['abc'], await aStore());
    expect(code).toBe(0);
    expect(lines.map((line) => line.trim().split(/\s+/)[3])).toEqual([
      'SessionPlanned',
      'SandboxClaimed',
      'CloseRequested',
    ]);
  });

  it('stops at the revision asked for', async () => {
    expect((await run(['abc', '--at', '1'], await aStore())).lines).toHaveLength(2);
  });

  it('says that every seal fits, and names the first that does not', async () => {
    expect((await run(['abc', '--verify'], await aStore())).lines.at(-1)).toContain('all 3 events');
    const tampered = await run(['abc', '--verify'], await aStore({ tampered: true }));
    expect(tampered.code).toBe(1);
    expect(tampered.lines.at(-1)).toContain('event 1 does not fit');
  });

  it('says what is wrong with what it was asked', async () => {
    const store = await aStore();
    await expect(run([], store)).rejects.toThrow('Name the session');
    await expect(run(['xyz'], store)).rejects.toThrow('There is no session xyz');
    await expect(run(['abc', '--at', 'x'], store)).rejects.toThrow('--at takes a revision');
  });
});
