import { endianness } from 'node:os';

/** Syscall numbers from the kernel's `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (arm64). */
const tables = {
  x64: {
    auditArch: 0xc000003e,
    clone: 56,
    unshare: 272,
    socket: 41,
    // ptrace syslog pivot_root chroot acct mount umount2 swapon swapoff reboot init_module delete_module quotactl
    // kexec_load add_key request_key keyctl perf_event_open open_by_handle_at setns process_vm_readv
    // process_vm_writev finit_module kexec_file_load bpf userfaultfd
    denied: [
      101, 103, 155, 161, 163, 165, 166, 167, 168, 169, 175, 176, 179, 246, 248, 249, 250, 298, 304, 308, 310,
      311, 313, 320, 321, 323,
    ],
  },
  arm64: {
    auditArch: 0xc00000b7,
    clone: 220,
    unshare: 97,
    socket: 198,
    denied: [
      117, 116, 41, 51, 89, 40, 39, 224, 225, 142, 105, 106, 60, 104, 217, 218, 219, 241, 265, 268, 270, 271,
      273, 294, 280, 282,
    ],
  },
} as const;

/** io_uring_setup/enter/register, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr: one number everywhere. */
const absent = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];
/** Its flags sit behind a pointer a filter cannot read; told that it does not exist, every libc falls back to `clone`. */
const CLONE3 = 435;
const CLONE_NEWUSER = 0x10000000;
const X32_SYSCALL_BIT = 0x40000000;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Not AF_VSOCK, which no network namespace confines, nor AF_ALG. */
const socketFamilies = [1, 2, 10, 16];

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

type Instruction = readonly [code: number, jt: number, jf: number, k: number];
const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const skipUnlessEqual = (k: number, skip: number): Instruction => [0x15, 0, skip, k];
const skipIfEqual = (k: number, skip: number): Instruction => [0x15, skip, 0, k];
const skipUnlessAtLeast = (k: number, skip: number): Instruction => [0x35, 0, skip, k];
const skipUnlessAnyBit = (k: number, skip: number): Instruction => [0x45, 0, skip, k];
const fail = (errno: number): Instruction => [0x06, 0, 0, 0x00050000 | errno];
const allow: Instruction = [0x06, 0, 0, 0x7fff0000];

/** Offsets in `struct seccomp_data`; arguments are 64 bits each, of which the low half is read. */
const NR = 0;
const ARCH = 4;
const FIRST_ARGUMENT = 16;

const refuse = (nr: number, errno: number): readonly Instruction[] => [skipUnlessEqual(nr, 1), fail(errno)];

const refuseNewUserNamespace = (nr: number): readonly Instruction[] => [
  skipUnlessEqual(nr, 4),
  load(FIRST_ARGUMENT),
  skipUnlessAnyBit(CLONE_NEWUSER, 1),
  fail(EPERM),
  allow,
];

/**
 * A seccomp filter for `bwrap --seccomp`: everything is allowed but what a web app never needs and kernel escapes
 * do: namespaces, mounts, modules, keyrings, BPF, tracing, io_uring, exotic socket families. `undefined` on a
 * processor this has no table for.
 */
export const seccompFilter = (arch: string = process.arch): Buffer | undefined => {
  if ((arch !== 'x64' && arch !== 'arm64') || endianness() !== 'LE') return undefined;
  const table = tables[arch];
  const program: readonly Instruction[] = [
    load(ARCH),
    skipIfEqual(table.auditArch, 1),
    fail(EPERM),
    load(NR),
    ...(arch === 'x64' ? [skipUnlessAtLeast(X32_SYSCALL_BIT, 1), fail(ENOSYS)] : []),
    ...table.denied.flatMap((nr) => refuse(nr, EPERM)),
    ...[CLONE3, ...absent].flatMap((nr) => refuse(nr, ENOSYS)),
    ...refuseNewUserNamespace(table.clone),
    ...refuseNewUserNamespace(table.unshare),
    skipUnlessEqual(table.socket, 2 + socketFamilies.length),
    load(FIRST_ARGUMENT),
    ...socketFamilies.map((family, index) => skipIfEqual(family, socketFamilies.length - index)),
    fail(EAFNOSUPPORT),
    allow,
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, jt, jf, k], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  });
  return bytes;
};
