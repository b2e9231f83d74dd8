import { RequestError } from '@agentclientprotocol/sdk/unstable';
import { messageOf, Problem } from '../http/problem.ts';

const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const AUTH_REQUIRED = -32000;

export const isMethodNotFound = (error: unknown): boolean =>
  error instanceof RequestError && error.code === METHOD_NOT_FOUND;

/** What an agent's JSON-RPC error means to whoever called the bridge. The error's `data` may hold anything and stays here. */
export const agentProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  const message = messageOf(error).slice(0, 500);
  if (!(error instanceof RequestError))
    return new Problem(502, 'agent_crashed', `The agent has gone: ${message}`);
  if (error.code === AUTH_REQUIRED) return new Problem(502, 'agent_auth_required', message);
  if (error.code === INVALID_PARAMS) return new Problem(422, 'agent_refused', message);
  return new Problem(502, 'agent_error', message);
};
