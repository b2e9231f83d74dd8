import { useShortcut } from '../ui/shortcuts.ts';
import { type Keys, ShortcutsHelp } from '../ui/shortcuts-help.tsx';
import type { PaneId } from './panes.tsx';

const ALWAYS: Keys = [
  ['Enter', 'Send'],
  ['Shift Enter', 'A new line'],
  ['Esc', 'Stop the agent; close a dialog'],
  ['Tab', 'To the next control'],
];
const SINGLE: Keys = [
  ['/', 'To the message'],
  ['1', 'Conversation'],
  ['2', 'Preview'],
  ['3', 'History'],
  ['4', 'Backend'],
  ['5', 'Code'],
  ['6', 'Events'],
  ['r', 'Reload the preview'],
];

const writeMessage = (): void =>
  document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]')?.focus();

/** The session screen by keyboard alone. */
export const SessionKeys = ({ onPane }: { readonly onPane: (pane: PaneId) => void }) => {
  useShortcut('/', () => {
    onPane('chat');
    // On a phone the conversation may have been out of sight until now.
    requestAnimationFrame(writeMessage);
  });
  useShortcut('1', () => {
    onPane('chat');
    requestAnimationFrame(writeMessage);
  });
  useShortcut('2', () => onPane('preview'));
  useShortcut('3', () => onPane('history'));
  useShortcut('4', () => onPane('backend'));
  useShortcut('5', () => onPane('code'));
  useShortcut('6', () => onPane('events'));
  return <ShortcutsHelp single={SINGLE} always={ALWAYS} />;
};
