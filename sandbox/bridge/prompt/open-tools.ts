import type { SessionUpdate } from '@agentclientprotocol/sdk/unstable';

/** Calls kept in mind; an agent that announces more at once is taken to be busy anyway. */
const MAX_OPEN = 100;

/** Which tools the agent has called and not heard of yet. */
export const createOpenTools = () => {
  const open = new Set<string>();
  return {
    heard: (update: SessionUpdate): void => {
      if (update.sessionUpdate !== 'tool_call' && update.sessionUpdate !== 'tool_call_update') return;
      const isSettled = update.status === 'completed' || update.status === 'failed';
      if (isSettled) open.delete(update.toolCallId);
      else if (update.sessionUpdate === 'tool_call' && open.size < MAX_OPEN) open.add(update.toolCallId);
    },
    isOpen: (): boolean => open.size > 0,
  };
};
