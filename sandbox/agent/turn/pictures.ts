import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk';
import type { AppSpec } from '../spec.ts';
import { type Understanding, understand } from '../understand/understand.ts';
import { untilPicture } from '../work/http.ts';
import type { Turn } from './turn.ts';

/** A picture that came with the message, as a file of this machine. */
export type Picture = { readonly name: string; readonly path: string };

const NAME = /^[a-z0-9]{1,60}\.(?:png|jpg|webp|gif)$/;
/** What the dev server and a build of the app serve as `/attachments/…`. */
const FOLDER = 'public/attachments';

export const BLIND =
  'I cannot look at pictures: I follow rules. Say in words what you want; with “use this as the logo”, a picture stands at the top of the app.\n\n';

export const picturesIn = (blocks: readonly ContentBlock[]): readonly Picture[] =>
  blocks.flatMap((block) =>
    block.type === 'resource_link' && block.uri.startsWith('file://') && NAME.test(block.name)
      ? [{ name: block.name, path: fileURLToPath(block.uri) }]
      : [],
  );

const LOGO =
  /(?:\b(?:and|then|also|please),?\s+)*\b(?:use|take|put|set|make|add|show)\s+(?:(?:this|that|it|the|my|our|attached|picture|image|photo|file|one)\s+){0,3}(?:(?:as|for|to\s+be)\s+)?(?:(?:the|my|our|its|a|an|app[’']?s)\s+){0,2}logo\b[\s.,!;]*/iu;

/** The picture that is to be the app's logo, and what else the message asks for. */
export const logoIn = (
  prompt: string,
  [first]: readonly Picture[],
): { readonly logo: Picture; readonly rest: string } | undefined =>
  first === undefined || !LOGO.test(prompt)
    ? undefined
    : { logo: first, rest: prompt.replace(LOGO, ' ').trim() };

/** What the message means with a logo in it; `undefined` where there is no app yet, and none is asked for. */
export const withLogo = (
  { logo, rest }: { readonly logo: Picture; readonly rest: string },
  current: AppSpec | undefined,
): Understanding | undefined => {
  const other = /\p{L}{2}/u.test(rest) ? understand(rest, current) : undefined;
  const done = 'the picture is the logo, at the top of the app';
  if (other?.kind === 'change')
    return { ...other, spec: { ...other.spec, logo: logo.name }, done: [...other.done, done] };
  if (other?.kind === 'build') return { ...other, spec: { ...other.spec, logo: logo.name } };
  if (current === undefined) return undefined;
  const left = other === undefined ? [] : [`“${rest}”`];
  return { kind: 'change', spec: { ...current, logo: logo.name }, done: [done], left, refused: false };
};

/** Puts the picture into the app, where it is served; the answer takes it out again. */
export const placed = async (
  { cwd, signal, voice }: Turn,
  { name, path }: Picture,
): Promise<() => Promise<void>> => {
  const target = join(cwd, FOLDER, name);
  await voice.tool({ title: `Write ${FOLDER}/${name}`, kind: 'edit', path: target }, async () => {
    await mkdir(join(cwd, FOLDER), { recursive: true });
    await copyFile(path, target);
    await untilPicture(`/attachments/${name}`, signal);
    return { ok: true, value: undefined };
  });
  return () => rm(target, { force: true });
};
