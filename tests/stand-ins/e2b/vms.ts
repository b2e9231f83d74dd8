import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Machine, Machines } from './machines.ts';

export type Network = {
  readonly allowPublicTraffic?: boolean | undefined;
  readonly maskRequestHost?: string | undefined;
  readonly allowOut?: readonly string[] | undefined;
  readonly denyOut?: readonly string[] | undefined;
};

/** A sandbox as the control plane knows it. */
export type StoredVm = {
  readonly id: string;
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly autoPause: boolean;
  readonly network: Network;
  readonly envdAccessToken: string;
  readonly trafficAccessToken: string | undefined;
  readonly machine: Machine;
  /** Connections through the proxy; a machine that is paused or killed leaves none of them open. */
  readonly connections: Set<Duplex>;
  startedAt: Date;
  endAt: Date;
  state: 'running' | 'pausing' | 'paused';
  timer: NodeJS.Timeout | undefined;
};

export type NewVm = Pick<StoredVm, 'templateId' | 'metadata' | 'autoPause' | 'network'>;

/** 20 characters of [a-z0-9], as E2B's. */
const newId = (): string => `i${BigInt(`0x${randomBytes(16).toString('hex')}`).toString(36)}`.slice(0, 20);

/** What E2B's orchestrator does: makes machines, pauses, resumes and ends them, also when their time is up. */
export const createVms = (machines: Machines) => {
  const all = new Map<string, StoredVm>();
  let made = 0;

  const disconnect = ({ connections }: StoredVm): void => {
    for (const connection of connections) connection.destroy();
  };

  const kill = async (vm: StoredVm): Promise<void> => {
    clearTimeout(vm.timer);
    all.delete(vm.id);
    disconnect(vm);
    await vm.machine.destroy();
  };

  const pause = (vm: StoredVm): void => {
    clearTimeout(vm.timer);
    vm.state = 'paused';
    vm.endAt = new Date();
    disconnect(vm);
    vm.machine.freeze();
  };

  const timeIsUp = (vm: StoredVm): void => {
    if (vm.autoPause) pause(vm);
    else void kill(vm);
  };

  const runFor = (vm: StoredVm, seconds: number): void => {
    clearTimeout(vm.timer);
    vm.endAt = new Date(Date.now() + seconds * 1_000);
    vm.timer = setTimeout(() => timeIsUp(vm), seconds * 1_000);
    vm.timer.unref();
  };

  return {
    all,
    made: () => made,
    kill,
    pause,
    runFor,
    timeIsUp,
    create: async (asked: NewVm, seconds: number): Promise<StoredVm> => {
      made += 1;
      const id = newId();
      const vm: StoredVm = {
        ...asked,
        id,
        envdAccessToken: randomBytes(32).toString('hex'),
        trafficAccessToken:
          asked.network.allowPublicTraffic === false ? randomBytes(32).toString('hex') : undefined,
        machine: await machines.create(id),
        connections: new Set(),
        // Later than any before it, so that the order of the list is the order of making.
        startedAt: new Date(Date.now() + made),
        endAt: new Date(),
        state: 'running',
        timer: undefined,
      };
      all.set(id, vm);
      runFor(vm, seconds);
      return vm;
    },
    resume: (vm: StoredVm, seconds: number): void => {
      vm.machine.thaw();
      vm.state = 'running';
      vm.startedAt = new Date();
      runFor(vm, seconds);
    },
    close: async (): Promise<void> => {
      await Promise.all([...all.values()].map(kill));
      await machines.settled();
    },
  };
};
export type StoredVms = ReturnType<typeof createVms>;
