import { homedir, tmpdir } from 'node:os';
import { resolve, sep } from 'node:path';
import type {
  PermissionOption,
  RequestPermissionRequest,
  RequestPermissionResponse,
} from '@agentclientprotocol/sdk/unstable';

const ALLOW: readonly PermissionOption['kind'][] = ['allow_once', 'allow_always'];
const REJECT: readonly PermissionOption['kind'][] = ['reject_once', 'reject_always'];

/** Whether a file of that path may be changed by the agent. */
export type MayChange = (path: string) => boolean;

const within = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

/**
 * The app and places for what is not kept. Not the app's Git directory: its hooks would run with whoever commits, and its
 * history is the control plane's to write.
 */
export const appOnly = (appDir: string): MayChange => {
  const roots = [appDir, tmpdir(), homedir()].map((root) => resolve(root));
  const git = resolve(appDir, '.git');
  return (path) => {
    const asked = resolve(appDir, path);
    return roots.some((root) => within(root, asked)) && !within(git, asked);
  };
};

const CHANGES = new Set(['edit', 'delete', 'move']);

/** Every path a request tells of, wherever its agent puts them. */
const pathsOf = ({ toolCall }: RequestPermissionRequest): readonly string[] => {
  const { locations, content, rawInput } = toolCall;
  const input = typeof rawInput === 'object' && rawInput !== null ? Object.entries(rawInput) : [];
  return [
    ...(locations ?? []).map(({ path }) => path),
    ...(content ?? []).flatMap((part) => (part.type === 'diff' ? [part.path] : [])),
    ...input.flatMap(([name, value]) => (/path$/i.test(name) && typeof value === 'string' ? [value] : [])),
  ];
};

/**
 * Nobody sits at the sandbox to be asked, and the sandbox is what holds the agent: it may, this once, unless it would
 * change a file that is none of its business. After a cancel ACP wants every request answered `cancelled`.
 */
export const answerPermission = (
  request: RequestPermissionRequest,
  cancelled: boolean,
  mayChange: MayChange,
): RequestPermissionResponse => {
  const isChange = CHANGES.has(request.toolCall.kind ?? 'other');
  const wanted = isChange && !pathsOf(request).every(mayChange) ? REJECT : ALLOW;
  const chosen = wanted.flatMap((kind) => request.options.filter((option) => option.kind === kind))[0];
  if (cancelled || chosen === undefined) return { outcome: { outcome: 'cancelled' } };
  return { outcome: { outcome: 'selected', optionId: chosen.optionId } };
};
