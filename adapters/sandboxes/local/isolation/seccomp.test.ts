import { describe, expect, it } from 'vitest';
import { seccompFilter } from './seccomp.ts';

/** `struct seccomp_data`, as far as the filter looks. */
type Call = { readonly arch: number; readonly nr: number; readonly firstArgument?: number };

/** What the kernel would answer: the classic BPF instructions a seccomp filter is made of, and no others. */
const run = (filter: Buffer, { arch, nr, firstArgument = 0 }: Call): number => {
  let accumulator = 0;
  for (let at = 0; at < filter.length / 8; at += 1) {
    const code = filter.readUInt16LE(at * 8);
    const [jt, jf] = [filter.readUInt8(at * 8 + 2), filter.readUInt8(at * 8 + 3)];
    const k = filter.readUInt32LE(at * 8 + 4);
    const jump = (holds: boolean): void => {
      at += holds ? jt : jf;
    };
    if (code === 0x20) accumulator = { 0: nr, 4: arch, 16: firstArgument }[k] ?? Number.NaN;
    else if (code === 0x15) jump(accumulator === k);
    else if (code === 0x35) jump(accumulator >= k);
    else if (code === 0x45) jump((accumulator & k) !== 0);
    else if (code === 0x06) return k;
    else throw new Error(`Unknown instruction ${code}.`);
  }
  throw new Error('The filter ran off its end.');
};

const ALLOW = 0x7fff0000;
const errno = (n: number) => 0x00050000 + n;
const [EPERM, ENOSYS, EAFNOSUPPORT] = [errno(1), errno(38), errno(97)];
const NEWUSER = 0x10000000;
const THREAD = 0x003d0f00;

describe.each([
  { cpu: 'x64', arch: 0xc000003e, clone: 56, unshare: 272, socket: 41, mount: 165, bpf: 321, read: 0 },
  { cpu: 'arm64', arch: 0xc00000b7, clone: 220, unshare: 97, socket: 198, mount: 40, bpf: 280, read: 63 },
])('The seccomp filter on $cpu', ({ cpu, arch, clone, unshare, socket, mount, bpf, read }) => {
  const filter = seccompFilter(cpu) ?? Buffer.alloc(0);
  const answer = (nr: number, firstArgument?: number) =>
    run(filter, { arch, nr, ...(firstArgument === undefined ? {} : { firstArgument }) });

  it('lets ordinary calls, threads and forks through', () => {
    expect(answer(read)).toBe(ALLOW);
    expect(answer(clone, THREAD)).toBe(ALLOW);
    expect(answer(clone, 17)).toBe(ALLOW);
  });

  it('refuses new user namespaces, by whichever call', () => {
    expect(answer(clone, THREAD | NEWUSER)).toBe(EPERM);
    expect(answer(unshare, NEWUSER)).toBe(EPERM);
    expect(answer(435)).toBe(ENOSYS);
  });

  it('refuses mounts, BPF and io_uring', () => {
    expect(answer(mount)).toBe(EPERM);
    expect(answer(bpf)).toBe(EPERM);
    expect(answer(425)).toBe(ENOSYS);
  });

  it('lets unix, internet and netlink sockets be made, and no others', () => {
    for (const family of [1, 2, 10, 16]) expect(answer(socket, family)).toBe(ALLOW);
    for (const family of [17, 38, 40]) expect(answer(socket, family)).toBe(EAFNOSUPPORT);
  });

  it('refuses calls of another processor’s kind', () => {
    expect(run(filter, { arch: 0x40000003, nr: 11 })).toBe(EPERM);
    if (cpu === 'x64') expect(answer(0x40000000 + 1)).toBe(ENOSYS);
  });
});

describe('The seccomp filter', () => {
  it('is not offered for a processor whose call numbers it does not know', () => {
    expect(seccompFilter('riscv64')).toBeUndefined();
  });
});
