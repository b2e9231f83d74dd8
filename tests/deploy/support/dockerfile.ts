import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';

export const ROOT = join(import.meta.dirname, '../../..');

export const dockerfileText = (): string => readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

export type Stage = { readonly name: string | undefined; readonly instructions: readonly Instruction[] };

/** The instructions of each stage, from its FROM on. */
export const stagesOf = (text: string): readonly Stage[] => {
  const stages: { name: string | undefined; instructions: Instruction[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const words = instruction.getArguments().map((word) => word.getValue());
      stages.push({ name: words[1]?.toUpperCase() === 'AS' ? words[2] : undefined, instructions: [] });
    }
    stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
};

/** What follows the keyword of each instruction of that kind. */
export const argumentsOf = (stage: Stage | undefined, keyword: string): readonly string[] =>
  (stage?.instructions ?? [])
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) =>
      instruction
        .getArguments()
        .map((word) => word.getValue())
        .join(' '),
    );

type Rule = { readonly pattern: string; readonly isIn: boolean };

const rulesOf = (text: string): readonly Rule[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: line.replace(/^!/, ''), isIn: line.startsWith('!') }));

/** Of a file: the last rule that names it, or a folder it is in, decides (https://docs.docker.com/build/concepts/context/#dockerignore-files). */
const isInContext = (path: string, rules: readonly Rule[]): boolean => {
  const parts = path.split('/');
  const places = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const last = rules.findLast(({ pattern }) => places.some((place) => matchesGlob(place, pattern)));
  return last?.isIn ?? true;
};

const HEAVY = new Set(['node_modules', '.git']);

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return HEAVY.has(entry.name) ? [] : filesBelow(path);
  });

/** Every file `COPY . .` brings into the image, by its path from the root. */
export const buildContext = (): readonly string[] => {
  const rules = rulesOf(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  return filesBelow('.').filter((path) => isInContext(path, rules));
};
