import { PROJECTIONS } from '../../../api/composition/projection-list.ts';
import { EFFECTS } from '../../../commands/effects/index.ts';
import type { AgentBridge } from '../../../commands/ports/agent.ts';
import type { Checkpoints } from '../../../commands/ports/checkpoints.ts';
import type { MailSender } from '../../../commands/ports/mail.ts';
import type { RepositoryProvider } from '../../../commands/ports/repository.ts';
import type { Sandbox, SandboxHost } from '../../../commands/ports/sandboxes.ts';
import type { ServiceProvider } from '../../../commands/ports/services.ts';
import type { Vault } from '../../../commands/ports/vault.ts';
import { SCHEMA_VERSIONS } from '../../../domain/schema.ts';
import { SERVICES } from '../../../domain/services.ts';
import { pointOf } from '../../support/ledger/failpoints.ts';

/** What a method is to a crash: nothing, or something that changes the world outside or asks it. */
type Kind = 'here' | 'outside';
type Methods<Port> = {
  readonly [Name in keyof Port as Port[Name] extends (...args: never) => unknown ? Name : never]: Kind;
};

/** A method that a port gets does not compile here until it is said what it is. */
const AGENT: Methods<AgentBridge> = {
  initialize: 'outside',
  openSession: 'outside',
  setModel: 'outside',
  prompt: 'outside',
  cancel: 'outside',
  setGitCredential: 'outside',
};
const SANDBOXES: Methods<SandboxHost> = {
  boot: 'outside',
  wake: 'outside',
  running: 'here',
  sleep: 'outside',
  destroy: 'outside',
  list: 'outside',
  close: 'here',
};
/** Asking how the dev server does changes nothing, and no step waits for the answer. */
const SANDBOX: Methods<Sandbox> = {
  exec: 'outside',
  readFile: 'outside',
  writeFile: 'outside',
  devServer: 'here',
};
const PROVIDER: Methods<ServiceProvider> = { provision: 'outside', release: 'outside', list: 'outside' };
const REPOSITORY: Methods<Omit<RepositoryProvider, keyof ServiceProvider>> = {
  credential: 'outside',
  pack: 'outside',
};
const CHECKPOINTS: Methods<Checkpoints> = { take: 'outside', restore: 'outside', bring: 'outside' };
/** Reading it changes nothing. */
const MAIL: Methods<MailSender> = { sendCode: 'outside' };
const VAULT: Methods<Vault> = {
  openSession: 'outside',
  put: 'outside',
  putFile: 'outside',
  shred: 'outside',
  remove: 'outside',
  dataKey: 'here',
  all: 'here',
  file: 'here',
  fileNames: 'here',
  digest: 'here',
};

/** Event types that no server appends, each with why. */
const NEVER_APPENDED: Readonly<Record<string, string>> = {
  TurnLeaseRenewed: 'a server that owns its log has nobody to tell: tests/concurrency/leases.full.test.ts',
};

const outsideOf = (methods: Readonly<Record<string, Kind>>): readonly string[] =>
  Object.entries(methods).flatMap(([name, kind]) => (kind === 'outside' ? [name] : []));

const AROUND_A_CALL = ['before', 'committed', 'answered'] as const;
const AROUND_A_WRITE = ['before', 'after'] as const;

/** Whether the point is passed, whoever passes it. */
const anybodyPasses = (passed: readonly string[], call: string): boolean =>
  passed.some((point) => point.endsWith(` > ${call}`));

/** What the code says there is to crash at, and the points that were passed do not show: nothing, or each by its name. */
export const neverPassed = (passed: readonly string[]): readonly string[] => {
  const has = new Set(passed);
  const appends = Object.keys(SCHEMA_VERSIONS)
    .filter((type) => NEVER_APPENDED[type] === undefined)
    .flatMap((type) => AROUND_A_WRITE.map((moment) => pointOf(`append ${type}`, moment)));
  const views = PROJECTIONS.flatMap(({ name }) =>
    AROUND_A_WRITE.map((moment) => pointOf(`view ${name}`, moment)),
  );
  const calls = [
    ...outsideOf(AGENT).map((name) => `agent.${name}`),
    ...outsideOf(SANDBOXES).map((name) => `sandboxes.${name}`),
    ...outsideOf(SANDBOX).map((name) => `sandbox.${name}`),
    ...SERVICES.flatMap((service) => outsideOf(PROVIDER).map((name) => `${service}.${name}`)),
    ...outsideOf(MAIL).map((name) => `mail.${name}`),
    ...outsideOf(REPOSITORY).map((name) => `github.${name}`),
    ...outsideOf(CHECKPOINTS).map((name) => `checkpoints.${name}`),
  ].flatMap((call) => AROUND_A_CALL.map((moment) => pointOf(call, moment)));
  const writes = outsideOf(VAULT).flatMap((name) =>
    AROUND_A_WRITE.map((moment) => pointOf(`vault.${name}`, moment)),
  );
  return [
    ...[...appends, ...views].filter((point) => !has.has(point)),
    ...[...calls, ...writes].filter((call) => !anybodyPasses(passed, call)),
    ...Object.keys(EFFECTS).flatMap((step) => missingOf(step, passed)),
  ];
};

/** An effect is watched around all that it asks for or writes, which is something, and once it is done. */
const missingOf = (step: string, passed: readonly string[]): readonly string[] => {
  const mine = passed.filter((point) => point.startsWith(`${step} > `));
  const moments = new Set(mine.map((point) => point.slice(point.lastIndexOf(' ') + 1)));
  const isAround = (wanted: readonly string[]): boolean => wanted.every((moment) => moments.has(moment));
  const missing = isAround(AROUND_A_CALL) || isAround(AROUND_A_WRITE) ? [] : [`${step}: nothing it asks for`];
  return passed.includes(pointOf(step, 'done')) ? missing : [...missing, pointOf(step, 'done')];
};

/** What is said never to be appended, and is: the list above is out of date. */
export const appendedAfterAll = (passed: readonly string[]): readonly string[] =>
  Object.keys(NEVER_APPENDED).filter((type) => passed.includes(pointOf(`append ${type}`, 'before')));
