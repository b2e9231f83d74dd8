import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk/unstable';
import type { AgentProcess } from '../agent/process.ts';
import { writeAtomically } from '../files.ts';

/** What a visitor has sent; `data` of a picture is base64. */
export type Message = {
  readonly text: string;
  readonly pictures: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly data: string;
  }[];
};

/**
 * Where pictures lie: beside the app's code and in no commit of it, out of the dev server's reach, and still there when
 * the sandbox has slept. What the app is to show is copied from there.
 */
const PICTURES_DIR = '.git/mk0r-pictures';

/**
 * The message as ACP content: the text, each picture as the file it lies in, which every agent understands
 * (https://agentclientprotocol.com/protocol/content), and the picture itself for agents that say they can look at it.
 */
export const contentOf = async (
  { text, pictures }: Message,
  agent: Pick<AgentProcess, 'capabilities'>,
  appDir: string,
): Promise<ContentBlock[]> => {
  const sees = agent.capabilities.promptCapabilities?.image === true;
  const blocks: ContentBlock[] = [{ type: 'text', text }];
  for (const { name, mediaType, data } of pictures) {
    const path = join(appDir, PICTURES_DIR, name);
    const bytes = Buffer.from(data, 'base64');
    await writeAtomically(path, bytes);
    if (sees) blocks.push({ type: 'image', mimeType: mediaType, data });
    blocks.push({
      type: 'resource_link',
      name,
      uri: pathToFileURL(path).href,
      mimeType: mediaType,
      size: bytes.length,
      description: 'A picture that came with this message. Copy it into the app where the app is to show it.',
    });
  }
  return blocks;
};
