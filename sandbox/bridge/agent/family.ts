import { readdirSync, readFileSync } from 'node:fs';

/** Names, in the environment of an agent and of all it starts, the agent they belong to. */
export const FAMILY = 'MK0R_AGENT_RUN';

const membersOf = (family: string): readonly number[] => {
  const wanted = `${FAMILY}=${family}`;
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number)
      .filter((pid) => pid !== process.pid && environmentOf(pid).includes(wanted));
  } catch {
    // No /proc: its process group is all that is known of it.
    return [];
  }
};

const environmentOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // Gone meanwhile, or not ours to look at.
    return [];
  }
};

/** While some are killed others may be born; a family that outruns this often is the sandbox's limits' business. */
const ROUNDS = 5;

/**
 * Kills all that was started by an agent, its own process group or not: agents give the commands they run a session of
 * their own, and a killed agent's group leaves those running.
 */
export const killFamily = (family: string): void => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const members = membersOf(family);
    if (members.length === 0) return;
    for (const pid of members) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }
};
