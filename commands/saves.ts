import { z } from 'zod';

/** What is to be saved waits in the vault, since it may hold anything, until it is a commit. */
const PREFIX = 'save:';

export const saveName = (saveId: string): string => `${PREFIX}${saveId}`;
export const isSaveName = (name: string): boolean => name.startsWith(PREFIX);

/** `content`: it is written · `to`: it is renamed · neither: it is deleted. */
const kept = z.object({ path: z.string(), content: z.string().optional(), to: z.string().optional() });
export type KeptSave = {
  readonly path: string;
  readonly content?: string | undefined;
  readonly to?: string | undefined;
};

export const keptSave = (saveId: string, save: KeptSave): Readonly<Record<string, string>> => ({
  [saveName(saveId)]: JSON.stringify(save),
});

export const readKeptSave = (
  values: Readonly<Record<string, string>>,
  saveId: string,
): KeptSave | undefined => {
  const text = values[saveName(saveId)];
  const parsed = text === undefined ? undefined : kept.safeParse(JSON.parse(text));
  return parsed?.success === true ? parsed.data : undefined;
};
