import type { Json } from '../ports/event-store.ts';

export type Payload = { readonly [field: string]: Json };

/**
 * How the payload of one type, written with schema `from`, reads in the next one. Pure and total: what is stored is a
 * fact. A personal field may be moved or left out, but never looked into: the write side folds it as cipher text, and a
 * forgotten session's reads `[erased]`.
 */
export type Upcaster = {
  readonly type: string;
  readonly from: number;
  /** Fields that version stored encrypted, where they are not those of today. */
  readonly personal?: readonly string[];
  readonly upcast: (data: Payload) => Payload;
};
