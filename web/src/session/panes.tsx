import {
  Blocks,
  FolderCode,
  GitBranch,
  type LucideIcon,
  MessageSquare,
  PanelsTopLeft,
  ScrollText,
} from 'lucide-react';
import { Tabs } from '../ui/tabs.tsx';

export type PaneId = 'chat' | 'preview' | 'history' | 'backend' | 'code' | 'events';
type Pane = { readonly id: PaneId; readonly name: string; readonly icon: LucideIcon };

export const WORK_PANES: readonly Pane[] = [
  { id: 'preview', name: 'Preview', icon: PanelsTopLeft },
  { id: 'history', name: 'History', icon: GitBranch },
  { id: 'backend', name: 'Backend', icon: Blocks },
  { id: 'code', name: 'Code', icon: FolderCode },
  { id: 'events', name: 'Events', icon: ScrollText },
];
const ALL_PANES: readonly Pane[] = [{ id: 'chat', name: 'Chat', icon: MessageSquare }, ...WORK_PANES];

/** On a phone: every pane one thumb away. */
export const PaneBar = ({
  pane,
  onPane,
}: {
  readonly pane: PaneId;
  readonly onPane: (pane: PaneId) => void;
}) => (
  <nav
    aria-label="Panes"
    className="shrink-0 border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)]"
  >
    <Tabs stacked label="Panes" tabs={ALL_PANES} active={pane} onSelect={onPane} />
  </nav>
);
