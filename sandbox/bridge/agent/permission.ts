import type {
  PermissionOption,
  RequestPermissionRequest,
  RequestPermissionResponse,
} from '@agentclientprotocol/sdk/unstable';

const PREFERENCE: readonly PermissionOption['kind'][] = ['allow_once', 'allow_always'];

/**
 * Nobody sits at the sandbox to be asked, and the sandbox is what holds the agent: it may, this once.
 * After a cancel ACP wants every request answered `cancelled`.
 */
export const answerPermission = (
  request: RequestPermissionRequest,
  cancelled: boolean,
): RequestPermissionResponse => {
  const allowed = PREFERENCE.flatMap((kind) => request.options.filter((option) => option.kind === kind))[0];
  if (cancelled || allowed === undefined) return { outcome: { outcome: 'cancelled' } };
  return { outcome: { outcome: 'selected', optionId: allowed.optionId } };
};
