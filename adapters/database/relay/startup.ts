/**
 * The first packets of the Postgres protocol, before anything is encrypted or authenticated.
 * https://www.postgresql.org/docs/17/protocol-message-formats.html
 */
export const SSL_REQUEST = 80877103;
export const GSS_REQUEST = 80877104;
const PROTOCOL_3 = 3;
/** What Postgres itself accepts (`MAX_STARTUP_PACKET_LENGTH`). */
const LONGEST = 10_000;

export type FirstPacket =
  | { readonly kind: 'incomplete' }
  /** The client asks for encryption; one byte answers it. */
  | { readonly kind: 'encryption' }
  | { readonly kind: 'startup'; readonly parameters: ReadonlyMap<string, string>; readonly rest: Buffer }
  | { readonly kind: 'unknown' };

/** Reads the first packet of what a client has sent so far. */
export const readFirstPacket = (bytes: Buffer): FirstPacket => {
  if (bytes.length < 8) return { kind: 'incomplete' };
  const length = bytes.readInt32BE(0);
  const code = bytes.readInt32BE(4);
  if (length < 8 || length > LONGEST) return { kind: 'unknown' };
  if (bytes.length < length) return { kind: 'incomplete' };
  if (code === SSL_REQUEST || code === GSS_REQUEST)
    // Whoever sends more without waiting for the answer speaks something else, or is being spoken through.
    return { kind: length === 8 && bytes.length === 8 ? 'encryption' : 'unknown' };
  if (code >> 16 !== PROTOCOL_3) return { kind: 'unknown' };
  const fields = bytes.toString('utf8', 8, length).split('\0');
  const parameters = new Map<string, string>();
  for (let at = 0; at + 1 < fields.length && fields[at] !== ''; at += 2)
    parameters.set(fields[at] ?? '', fields[at + 1] ?? '');
  return { kind: 'startup', parameters, rest: bytes.subarray(length) };
};

/** A startup message of protocol 3.0 with those parameters. */
export const startupPacket = (parameters: ReadonlyMap<string, string>): Buffer => {
  const body = Buffer.from(`${[...parameters].flat().join('\0')}\0\0`, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(PROTOCOL_3 << 16, 4);
  return Buffer.concat([head, body]);
};

export const sslRequest = (): Buffer => {
  const packet = Buffer.alloc(8);
  packet.writeInt32BE(8, 0);
  packet.writeInt32BE(SSL_REQUEST, 4);
  return packet;
};

/** A fatal `ErrorResponse`, as a driver shows it to whoever wrote the app. */
export const errorPacket = (sqlState: string, message: string): Buffer => {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('E', 0, 'latin1');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
};
