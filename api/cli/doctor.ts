import type { Finding } from '../doctor/check.ts';
import { CHECKS } from '../doctor/checks.ts';
import { columns, plain } from './columns.ts';
import type { Command } from './command.ts';

/** Longest all checks may take; each call has a shorter limit of its own. */
const LIMIT_MS = 30_000;
const HEAD = ['', 'served by', '', 'as', 'limits', 'answered in'];

const row = ({ part, by, state, identity, limits, ms }: Finding): readonly string[] => [
  part,
  by,
  state,
  plain(identity, 48),
  plain(limits, 56),
  ms === undefined ? '' : `${ms} ms`,
];

export const doctor: Command = {
  usage: 'doctor  asks every configured service whether its key works, and says what to do where it does not',
  run: async (args, { config, say }) => {
    if (args.length > 0) throw new Error('doctor takes no arguments.');
    const signal = AbortSignal.timeout(LIMIT_MS);
    const findings = await Promise.all(CHECKS.map((check) => check(config, signal)));
    for (const line of columns([HEAD, ...findings.map(row)])) say(line);
    const advice = findings.flatMap((finding) => finding.advice.map((sentence) => [finding.part, sentence]));
    if (advice.length > 0 || config.warnings.length > 0) say('');
    for (const [part, sentence] of advice) say(`${part}: ${plain(sentence ?? '', 400)}`);
    for (const warning of config.warnings) say(`configuration: ${warning}`);
    return findings.some(({ state }) => state === 'does not work') ? 1 : 0;
  },
};
