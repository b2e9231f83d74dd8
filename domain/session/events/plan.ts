import type { Instant } from '../../envelope.ts';
import type { Event } from './event.ts';

export type PlanEvent =
  | Event<
      'SessionPlanned',
      {
        sessionId: string;
        /** 12 characters of [a-z0-9], independent of the session key; names every resource. */
        slug: string;
        specHash: string;
        purpose: 'pool' | 'visitor';
        residentialIp: boolean;
        model: string;
        /** One page, written by this server: nothing is booted or provisioned. Absent: a full app. */
        mode?: 'quick';
      }
    >
  | Event<
      'SandboxClaimed',
      {
        source: 'pool' | 'cold';
        /** uid of the visitor. */
        owner: string;
        /** SHA-256 (hex) of the session key; the key itself is given to the visitor once and kept nowhere. */
        keyDigest: string;
      }
    >
  /** A way in for one more browser, once: of the secret in its address only the SHA-256 (hex) is kept. */
  | Event<'LinkIssued', { linkDigest: string; expiresAt: Instant }>
  | Event<
      'OwnerAdded',
      {
        owner: string;
        /** Of that browser's own session key; without one, it needs the key the session was claimed with. */
        keyDigest?: string;
        /** The link it came by, which is used up. */
        linkDigest?: string;
      }
    >;
