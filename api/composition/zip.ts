import { Zip, ZipDeflate } from 'fflate';

export type ZipEntry = {
  readonly path: string;
  readonly executable?: boolean;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
};

const UNIX = 3;
const FILE = 0o100644;
const PROGRAM = 0o100755;

/** A ZIP file as it is made, entry by entry: nothing is read before whoever receives it has taken what came before. */
export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  let made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  const taken = (): readonly Uint8Array[] => {
    const chunks = made;
    made = [];
    return chunks;
  };
  for await (const { path, executable = false, content } of entries) {
    const file = new ZipDeflate(path, { level: 6 });
    file.os = UNIX;
    file.attrs = (executable ? PROGRAM : FILE) << 16;
    zip.add(file);
    for await (const chunk of content) {
      file.push(chunk);
      yield* taken();
    }
    file.push(new Uint8Array(), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
