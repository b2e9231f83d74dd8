/**
 * How much of the machine mail may take. Smaller than Resend's own (40 MB a mail): a catcher's disk is the operator's,
 * and whoever holds a sandbox key is not known to us. A tenant is one audience, with the keys bound to it.
 */
export type CatcherLimits = {
  /** Bytes of one request, attachments included. */
  readonly requestBytes: number;
  /** Characters of `html` and `text` of one mail, together. */
  readonly contentLength: number;
  /** Mails a sending key may send per UTC day, counted over all keys of its tenant. */
  readonly mailsPerDay: number;
  /** Newest mails kept per tenant; older ones go. */
  readonly keptMails: number;
  /** Characters of mail kept per tenant; older ones go. */
  readonly keptLength: number;
  readonly contactsPerSegment: number;
};

export const DEFAULT_LIMITS: CatcherLimits = {
  requestBytes: 5_000_000,
  contentLength: 1_000_000,
  mailsPerDay: 500,
  keptMails: 1_000,
  keptLength: 32_000_000,
  contactsPerSegment: 10_000,
};
