import { VARIABLES, type Variable } from './variables.ts';

/** The text of `.env.example`: `node api/config/env-example.ts > .env.example` after a change to the table. */
export const envExample = (): string =>
  [
    '# Every variable mk0r reads. All are optional: an empty environment runs everything on this machine.',
    '',
    ...Object.entries<Variable>(VARIABLES).flatMap(([name, variable]) => [
      ...wrap(variable.meaning),
      ...wrap(`Not set: ${variable.otherwise ?? 'off'}.`),
      variable.secret ? `# ${name}=   # ${variable.example}` : `# ${name}=${variable.example}`,
      '',
    ]),
  ].join('\n');

const wrap = (text: string): readonly string[] =>
  text.match(/.{1,110}(?:\s|$)/g)?.map((l) => `# ${l.trim()}`) ?? [];

if (import.meta.main) process.stdout.write(envExample());
