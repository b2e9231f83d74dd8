import { pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { neutraliseDeep } from './neutral.ts';

/** Fields that a step marker's message already says, and those that are the same on every line. */
const SAID_ALREADY = ['level', 'pid', 'hostname', 'slug', 'step', 'outcome', 'ms', 'attempt'];

/** A formatter of JSON log lines for a person: time, message, the level where it is not the usual one, the rest. */
export const prettyLines = (colorize: boolean): ((line: string) => string) => {
  const pretty = prettyFactory({
    colorize,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: SAID_ALREADY.join(','),
  });
  // Neutralised before it is coloured: the only escape sequences on the terminal are ours.
  return (line) => {
    const entry = neutraliseDeep(JSON.parse(line)) as { level: number; msg?: string };
    const level = pino.levels.labels[entry.level]?.toUpperCase();
    return pretty(level === 'INFO' ? entry : { ...entry, msg: `${level} ${entry.msg ?? ''}` });
  };
};
