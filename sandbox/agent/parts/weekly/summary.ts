import { imports, literal, withinWidth } from '../../compose/text.ts';
import type { AppSpec, Part } from '../../spec.ts';
import { partId } from '../../spec.ts';
import { namesOf } from '../collection/names.ts';
import { LOOKS } from '../form/looks.ts';

type Counted = {
  readonly table: string;
  readonly file?: string;
  readonly one: string;
  readonly many: string;
};

function counted(part: Part): Counted[] {
  switch (part.kind) {
    case 'collection': {
      const { plural, one, many } = namesOf(part.entity);
      return [{ table: plural, one, many }];
    }
    case 'form': {
      const { plural, singular } = LOOKS[part.look];
      return [{ table: plural, one: singular, many: plural }];
    }
    case 'dashboard':
      return [{ table: 'appEvents', file: 'activity', one: 'event', many: 'events' }];
    case 'habits':
    case 'page':
      return [];
  }
}

/** `server/summary/summary.ts`: what a week brought, part by part. */
export function summaryTs({ parts }: AppSpec): string {
  const lists = parts.flatMap(counted);
  const habits = parts.some((part) => partId(part) === 'habits');
  return `${imports([
    habits && { from: './habit-lines.ts', names: ['habitLines'] },
    lists.length > 0 && { from: './new-ones.ts', names: ['newOnes'] },
    ...lists.map(({ table, file }) => ({ from: `../tables/${file ?? table}.ts`, names: [table] })),
  ])}

/** What happened from one moment to another, a line each; no line where nothing did. */
export async function summaryOf(from: Date, to: Date): Promise<string[]> {
${array([
  ...(habits ? ['habitLines(from, to)'] : []),
  ...lists.map(({ table, one, many }) => `newOnes(${literal(one)}, ${literal(many)}, ${table}, [from, to])`),
])}
  return found.flat();
}
`;
}

const array = (calls: readonly string[]): string =>
  withinWidth(
    `  const found = await Promise.all([${calls.join(', ')}]);`,
    `  const found = await Promise.all([\n${calls.map((call) => `    ${call},`).join('\n')}\n  ]);`,
  );

/** Only where there are habits: `Read 20 pages: 5 of 7 days`. */
export const HABIT_LINES = `import { and, count, eq, gte, lt } from 'drizzle-orm';
import { db } from '../db.ts';
import { checkIns, habits } from '../tables/habits.ts';

/** How many days each habit was kept, most first. */
export async function habitLines(from: Date, to: Date): Promise<string[]> {
  const [first, last] = [from, to].map((date) => date.toISOString().slice(0, 10));
  const kept = await db()
    .select({ name: habits.name, days: count() })
    .from(habits)
    .innerJoin(checkIns, eq(checkIns.habitId, habits.id))
    .where(and(gte(checkIns.day, first ?? ''), lt(checkIns.day, last ?? '')))
    .groupBy(habits.id);
  return kept
    .sort((a, b) => b.days - a.days)
    .map(({ name, days }) => \`\${name}: \${days === 1 ? '1 day' : \`\${days} days\`} of 7\`);
}
`;
