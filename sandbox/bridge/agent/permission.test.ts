import type { RequestPermissionRequest } from '@agentclientprotocol/sdk/unstable';
import { describe, expect, it } from 'vitest';
import { answerPermission, appOnly } from './permission.ts';

const OPTIONS: RequestPermissionRequest['options'] = [
  { optionId: 'always', name: 'Always', kind: 'allow_always' },
  { optionId: 'once', name: 'Yes', kind: 'allow_once' },
  { optionId: 'no', name: 'No', kind: 'reject_once' },
];

const asks = (
  toolCall: Partial<RequestPermissionRequest['toolCall']>,
  { cancelled = false, options = OPTIONS } = {},
) => {
  const request = { sessionId: 's', options, toolCall: { toolCallId: 'c', ...toolCall } };
  const { outcome } = answerPermission(request, cancelled, appOnly('/app'));
  return outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome;
};
const edits = (path: string) => asks({ kind: 'edit', locations: [{ path }] });

describe('what an agent may', () => {
  it('is whatever it asks for, once: the sandbox holds it', () => {
    expect(asks({ kind: 'execute', rawInput: { command: 'npm install' } })).toBe('once');
    expect(asks({ kind: 'other', title: 'browser_navigate' })).toBe('once');
    expect(asks({ kind: 'read', locations: [{ path: '/etc/passwd' }] })).toBe('once');
  });

  it.each(['/app/src/App.tsx', 'src/App.tsx', '/app', '/tmp/notes.md'])('is to change %s', (path) => {
    expect(edits(path)).toBe('once');
  });

  it.each([
    '/etc/hosts',
    '/opt/mk0r/bridge/main.ts',
    '/app/../opt/x',
    '/application/x',
    '/app/.git/hooks/pre-commit',
  ])('is not to change %s', (path) => {
    expect(edits(path)).toBe('no');
    expect(asks({ kind: 'edit', rawInput: { file_path: path } })).toBe('no');
    expect(asks({ kind: 'edit', content: [{ type: 'diff', path, newText: '' }] })).toBe('no');
  });

  it('is not to move a file out, although it comes from inside', () => {
    expect(asks({ kind: 'move', locations: [{ path: '/app/a' }, { path: '/run/a' }] })).toBe('no');
  });

  it('is nothing any more after a cancel, nor where no answer fits', () => {
    expect(asks({ kind: 'execute' }, { cancelled: true })).toBe('cancelled');
    expect(asks({ kind: 'execute' }, { options: OPTIONS.slice(2) })).toBe('cancelled');
  });
});
