import type { Isolation } from '../../../commands/ports/sandboxes.ts';

/** Every sandbox is a Firecracker virtual machine at E2B (https://e2b.dev/docs). */
export const isolation: Isolation = {
  tier: 'e2b',
  filesystem: 'own',
  network: 'own',
  processes: 'own',
  uid: 'own',
  limits: 'vm',
  kernel: 'own',
  summary:
    'a virtual machine of its own at E2B, with a kernel of its own; what runs in it is E2B’s to keep apart',
};
