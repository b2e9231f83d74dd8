import { describe, expect, test } from 'vitest';
import { upgradePrompt } from '../commands/turns/prompts.ts';
import { messagesIn, understandAll } from '../sandbox/agent/understand/conversation.ts';

describe('a quick page that becomes a full app', () => {
  test('is built from all of its messages at once, and has what a page could not', () => {
    const prompt = upgradePrompt(['A waitlist', 'Call it Momentum', 'Make it dark', 'A weekly summary']);
    expect(messagesIn(prompt)).toHaveLength(4);
    expect(understandAll(messagesIn(prompt) ?? [])).toMatchObject({
      kind: 'build',
      spec: { title: 'Momentum', theme: 'dark', weekly: true, parts: [{ kind: 'form', look: 'waitlist' }] },
    });
  });

  test('says what of it was not understood', () => {
    expect(understandAll(['A recipe book', 'Blargh the frobnicator'])).toMatchObject({
      kind: 'build',
      left: ['“Blargh the frobnicator”'],
    });
  });

  test('is not understood where none of it is', () => {
    expect(understandAll(['Blargh'])).toMatchObject({ kind: 'unknown' });
  });

  test('is not what a visitor writes who begins like that', () => {
    expect(messagesIn('mk0r: a quick page becomes a full app. Please.')).toBeUndefined();
    expect(messagesIn('A recipe book')).toBeUndefined();
  });
});
