import type { AppSpec } from '../spec.ts';
import { addTab, look, owner, removePart, signIn, weekly, welcome } from './change/app.ts';
import { addFields, removeField, renameField } from './change/fields.ts';
import { listFeatures, sort } from './change/lists.ts';
import type { Outcome } from './change/target.ts';

/** In order: what is said most exactly is asked first. */
const RULES: readonly ((text: string, spec: AppSpec) => Outcome | undefined)[] = [
  renameField,
  weekly,
  welcome,
  owner,
  signIn,
  sort,
  addTab,
  listFeatures,
  removeField,
  removePart,
  look,
  addFields,
];

export type FollowedUp = {
  readonly spec: AppSpec;
  readonly done: readonly string[];
  readonly already: readonly string[];
  readonly cannot: readonly string[];
  /** Clauses that no rule understood. */
  readonly unknown: readonly string[];
};

/** A verb after `and` begins another wish; `a name and notes` does not. */
const CLAUSES =
  /(?<=[.!?;\n])\s+|\s*,?\s+(?:and(?:\s+then)?|then|also)\s+(?=(?:please\s+)?(?:add|make|rename|call|sort|remove|delete|mail|e-?mail|notify|send|export|turn|use|change|set|put|give|show|paint|drop|include|let)\b)/iu;

/** Takes a prompt clause by clause, each on top of the one before. */
export function followUp(text: string, current: AppSpec): FollowedUp {
  const start: FollowedUp = { spec: current, done: [], already: [], cannot: [], unknown: [] };
  return text
    .split(CLAUSES)
    .map((clause) => clause.trim())
    .filter((clause) => /\p{L}{2}/u.test(clause) && !POLITE.test(clause))
    .reduce(take, start);
}

const POLITE =
  /^(?:please|thanks?(?:\s+you)?|hi|hello|great|nice|cool|ok(?:ay)?|now|good|perfect)[\s,.!]*$/iu;

function take(so: FollowedUp, clause: string): FollowedUp {
  for (const rule of RULES) {
    const outcome = rule(clause, so.spec);
    if (!outcome) continue;
    if ('spec' in outcome) return { ...so, spec: outcome.spec, done: [...so.done, outcome.done] };
    if ('already' in outcome) return { ...so, already: [...so.already, outcome.already] };
    return { ...so, cannot: [...so.cannot, outcome.cannot] };
  }
  return { ...so, unknown: [...so.unknown, clause] };
}
