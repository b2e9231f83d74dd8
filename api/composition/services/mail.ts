import { join } from 'node:path';
import { rememberedPort } from '../../../adapters/listening/remembered-port.ts';
import { type MailCatcher, startMailCatcher } from '../../../adapters/mail/catcher/start.ts';
import { type MailRelay, startMailRelay } from '../../../adapters/mail/relay/relay.ts';
import { relayedMailProvider } from '../../../adapters/mail/relay/relayed-provider.ts';
import { codeSender, type SendCode } from '../../../adapters/mail/relay/send-code.ts';
import { resendProvider } from '../../../adapters/mail/resend-provider.ts';
import type { MailGate } from '../../../commands/mail/gate.ts';
import type { MailPolicy } from '../../../domain/session/decide/mail.ts';
import type { CloudServices } from '../../config/services.ts';
import { forward, type Part, type PartOptions, partFolder } from './part.ts';

/** `catcher`: where mail is kept on this machine. `secrets` are the part's own. */
export type MailPart = Part & {
  readonly catcher: MailCatcher | undefined;
  readonly secrets: readonly string[];
  readonly policy: MailPolicy;
  /** Lets apps send, by these rules. */
  readonly open: (gate: MailGate) => void;
  /** Mails a code to an address, where mail leaves this machine. */
  readonly sendCode: SendCode;
};

const RESEND_API = 'https://api.resend.com';
/** Resend's smallest plan; what the team's plan allows is learnt from its answers. */
const REQUESTS_PER_SECOND = 2;
/** Resend's own limit of a mail (https://resend.com/docs/api-reference/emails/send-email). */
const RECIPIENTS_CAUGHT = 50;
/** A mail of an app is to a person or a few; more of them at once is a campaign, or somebody's prank. */
const RECIPIENTS_FOR_REAL = 10;
const MAILS_CAUGHT_A_DAY = 500;
const MAILS_FOR_REAL_A_DAY = 100;
const CATCHER_FROM = 'onboarding@mk0r.local';

export const startMail = (options: PartOptions): Promise<MailPart> => {
  const { resend } = options.config.services;
  return resend === undefined ? embedded(options) : atResend(options, resend);
};

const portOf = (options: PartOptions): Promise<number> =>
  rememberedPort(partFolder(options, 'mail'), options.config.ports.services);

const policyOf = ({ config }: PartOptions, isReal: boolean): MailPolicy => ({
  perDay: config.mailsPerDay ?? (isReal ? MAILS_FOR_REAL_A_DAY : MAILS_CAUGHT_A_DAY),
  recipientsPerMail: isReal ? RECIPIENTS_FOR_REAL : RECIPIENTS_CAUGHT,
  isReal,
});

/** What apps reach at the port they know, and its service behind it. */
const relayed = (
  provider: Part['provider'],
  relay: MailRelay,
  { derive }: PartOptions,
): Pick<MailPart, 'provider' | 'forwards' | 'open'> => ({
  provider: relayedMailProvider(provider, { derive, relayUrl: relay.url }),
  forwards: [forward(relay.port)],
  open: relay.open,
});

const embedded = async (options: PartOptions): Promise<MailPart> => {
  const { derive, config, logger } = options;
  const controlKey = `re_${derive('mail-control-key')}`;
  const catcher = await startMailCatcher({
    // Where apps of earlier releases look for it, with keys it knows itself.
    port: await rememberedPort(partFolder(options, 'mail'), 0),
    file: join(config.dataDir, 'mail', 'mail.db'),
    logger: logger.child({ part: 'mail' }, { level: 'warn' }),
    controlKey,
  });
  const port = await rememberedPort(partFolder(options, 'mail-relay'), config.ports.services);
  const relay = await startMailRelay({ port, apiUrl: catcher.url, derive }).catch(async (error: unknown) => {
    await catcher.close();
    throw error;
  });
  const provider = resendProvider({
    provider: 'embedded',
    key: controlKey,
    baseUrl: catcher.url,
    from: CATCHER_FROM,
  });
  return {
    ...relayed(provider, relay, options),
    forwards: [forward(relay.port), forward(catcher.port)],
    health: () => 'embedded',
    isUp: () => true,
    close: async () => {
      await relay.close();
      await catcher.close();
    },
    catcher,
    secrets: [controlKey],
    policy: policyOf(options, false),
    sendCode: codeSender({ apiUrl: catcher.url, from: CATCHER_FROM }),
  };
};

const atResend = async (
  options: PartOptions,
  { key, from, domainId, apiUrl = RESEND_API }: NonNullable<CloudServices['resend']>,
): Promise<MailPart> => {
  const provider = resendProvider({
    provider: 'resend',
    key,
    requestsPerSecond: REQUESTS_PER_SECOND,
    baseUrl: apiUrl,
    ...(from === undefined ? {} : { from }),
    ...(domainId === undefined ? {} : { domainId }),
  });
  const part = {
    health: () => 'resend',
    isUp: () => true,
    catcher: undefined,
    secrets: [],
    policy: policyOf(options, true),
    sendCode: codeSender({ apiUrl, ...(from === undefined ? {} : { from }) }),
  };
  // Who provisions for sandboxes that another process is linked to is that process.
  if (options.sandboxNetwork === 'elsewhere')
    return { ...part, provider, forwards: [], open: () => undefined, close: () => undefined };
  const { derive } = options;
  const relay = await startMailRelay({ port: await portOf(options), apiUrl, derive, accountKey: key });
  return { ...part, ...relayed(provider, relay, options), close: relay.close };
};
