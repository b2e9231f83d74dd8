import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

export const VERSIONS: Readonly<Record<string, string>> = { mk0r: version, node: process.versions.node };
