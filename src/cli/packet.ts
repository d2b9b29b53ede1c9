// `qis packet inspect|verify`: what a packet says, and whether its signature holds.
//
//   argument (file, hex or id) -> bytes -> parse -> verify under the keys known -> report (packet-report.ts)
//
// An id is looked up in what the gateway of the configuration holds.
// Works on hostile bytes: a file is measured before it is read, and nothing is shown before the grammar was checked.
// Invariant: exit 0 and a report, or exit 1 or 2 and one line on stderr; with --json stdout holds one JSON value.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { OperatingError, reasonOf } from '../core/errors.ts';
import { packetFileBytesMax } from '../core/limits.ts';
import { type FoundPacket, isIdStart } from '../gateway/held-packets.ts';
import { type Community, community, communityKeyBytes } from '../packet/community.ts';
import { type PublicKey, publicKey, publicKeyBytes, publicKeyOf } from '../packet/gate.ts';
import { readKeyText } from '../packet/key-text.ts';
import { type Packet, parse, verify } from '../packet/packet.ts';
import type { Io } from './command.ts';
import { configFile } from './config-file.ts';
import { heldReport, jsonReport, type SignatureState, textReport } from './packet-report.ts';

export interface PacketIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Keys from the data folder, tried beside those of --key. */
  readonly keys?: readonly PublicKey[];
  /** Of the caller; those of this process when absent. */
  readonly cwd?: string;
  readonly env?: Io['env'];
}

export const packetUsage = `usage: qis packet inspect|verify <file|hex|id> [--key <hex|file>]... [--config <file>]
                                          [--community <hex>] [--json]

  inspect   show every field, the derived names and the state of the signature; exits 1 when the signature is wrong
  verify    exits 0 only when the signature holds under a key that is known

  <file|hex|id>      a packet as raw bytes or as hex, or the hex itself; or the first 4 to 32 digits of the id of one that
                     the gateway holds (qis packets): ./qis.yaml, or else the one of the service, says which gateway
  --key <hex|file>   public key of the signer: as qis status prints it, or a PEM file (public or private); may be repeated
  --config <file>    also try the keys of the neighbours and peers of this configuration, and use its community key
  --community <hex>  community key, 64 hex digits
  --json             one JSON value on standard output and nothing else

  Example: qis packet inspect 4a917251
`;

interface Request {
  readonly mode: 'inspect' | 'verify';
  readonly bytes: Buffer;
  /** What the gateway knows of it; undefined for a file and for hex. */
  readonly held: FoundPacket | undefined;
  readonly keys: readonly PublicKey[];
  /** Keys of the configuration: candidates, where those above are a question about themselves. */
  readonly known: readonly PublicKey[];
  readonly community: Community | undefined;
}

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage */
export async function packet(args: string[], io: PacketIo): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    io.stdout.write(packetUsage);
    return 0;
  }
  const json = args.includes('--json');
  try {
    return run(await requestOf(args, io), json, io);
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    if (json) printJson(io, { ok: false, error: { code: error.code, message: error.message } });
    io.stderr.write(`qis packet: ${error.message}\n`);
    return error.code === 'usage' ? 2 : 1;
  }
}

function printJson(io: PacketIo, value: object): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}

function run(request: Request, json: boolean, io: PacketIo): number {
  const parsed = parse(request.bytes);
  if (!parsed.ok) throw new OperatingError('packet_invalid', `not a packet: ${parsed.detail}`);
  const state = signatureState(parsed.packet, request, [...request.known, ...(io.keys ?? [])]);
  const failure = failureOf(state, request.mode);
  const error = failure === undefined ? undefined : { code: 'packet_invalid', message: failure };
  const { held } = request;
  const shown = { packet: parsed.packet, state, community: request.community };
  if (json) printJson(io, { ok: !error, ...(error && { error }), ...jsonReport(shown), ...(held && { held }) });
  else if (request.mode === 'inspect') io.stdout.write(`${textReport(shown)}${held ? heldReport(held) : ''}`);
  else if (!error)
    io.stdout.write(`valid: packet ${state.id?.toString('hex')} of node ${state.key?.nodeId.toString('hex')}\n`);
  if (error) io.stderr.write(`qis packet: ${error.message}\n`);
  return error ? 1 : 0;
}

/** A key given by hand is a question about that key; a key of the data folder is only a candidate. */
function signatureState(
  packet: Packet,
  { keys: given, community }: Request,
  known: readonly PublicKey[],
): SignatureState {
  const candidates = [...given, ...known].filter((key) => key.kid.equals(packet.kid));
  for (const key of candidates) {
    const { id, valid } = verify(packet, key, community);
    if (valid) return { signature: 'valid', key, id };
  }
  if (candidates.length === 0 && given.length === 0) return { signature: 'unknown_key', key: undefined, id: undefined };
  return { signature: 'invalid', key: candidates[0], id: undefined };
}

function failureOf({ signature, key }: SignatureState, mode: Request['mode']): string | undefined {
  if (signature === 'valid') return undefined;
  if (signature === 'unknown_key') return mode === 'verify' ? 'the key is not known: pass it with --key' : undefined;
  if (!key) return 'the signature does not hold: the packet names another key than the ones given';
  return `the signature does not hold under key ${key.bytes.toString('hex')}`;
}

async function requestOf(args: string[], io: PacketIo): Promise<Request> {
  const { values, positionals } = parsedArgs(args);
  const [mode, source, ...rest] = positionals;
  if (mode !== 'inspect' && mode !== 'verify') throw usage('say inspect or verify first');
  if (source === undefined || rest.length > 0) throw usage('give one file, one hex string or one id');
  const given = givenBytes(source);
  if (!given && !isIdStart(source))
    throw new OperatingError('input_unreadable', `${quoted(source)} is neither a file nor hex`);
  // Checking a configuration costs more than everything else here, so it is loaded only when it is needed.
  const { cwd = process.cwd(), env = process.env } = io;
  const config =
    given && values.config === undefined
      ? undefined
      : (await import('../config/config.ts')).loadConfig(configFile(values.config, { cwd }));
  const held = given ? undefined : await (await import('./packet-shelf.ts')).packetOf(config!, source, env);
  const heldKey = held && readKeyText(held.key);
  const own = config?.community && community(config.community);
  return {
    mode,
    bytes: given ?? Buffer.from(held!.bytes, 'hex'),
    held,
    keys: (values.key ?? []).map(keyOf),
    known: [
      ...(config?.neighbours ?? []),
      ...(config?.peers ?? []),
      { key: heldKey && 'bytes' in heldKey && heldKey.bytes },
    ].flatMap(({ key }) => (key && publicKey(key)) || []),
    community: values.community === undefined ? own : communityOf(values.community),
  };
}

function parsedArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true },
        config: { type: 'string' },
        community: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw usage(reasonOf(error));
  }
}

function usage(message: string): OperatingError {
  return new OperatingError('usage', `${message}; see qis packet --help`);
}

function communityOf(text: string): Community {
  const key = hexBytes(text);
  if (key?.length !== communityKeyBytes) throw usage('--community takes 64 hex digits');
  return community(key);
}

function keyOf(text: string): PublicKey {
  const raw = hexBytes(text.replace(/-[0-9a-f]{4}$/i, ''));
  const isHex = raw?.length === publicKeyBytes;
  // The check at the end of a printed key is never passed over.
  const read = isHex && readKeyText(text.replace(/[\s:]+/g, '').replace(/^0x/i, ''));
  if (read && 'says' in read) throw usage(`--key ${read.says}`);
  const key = read ? publicKey(read.bytes) : keyOfPem(text);
  if (!key) throw usage('--key takes an Ed25519 public key: 64 hex digits or a PEM file');
  return key;
}

function keyOfPem(path: string): PublicKey | undefined {
  const pem = fileBytes(path);
  if (!pem) return undefined;
  let keyObject: KeyObject;
  try {
    keyObject = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem);
  } catch {
    return undefined;
  }
  return publicKeyOf(keyObject);
}

/** Hex digits with blanks, colons and a leading 0x; undefined when it is anything else. */
function hexBytes(text: string): Buffer | undefined {
  const digits = text.replace(/[\s:]+/g, '').replace(/^0x/i, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Buffer.from(digits, 'hex');
}

/** Of a file or of hex; undefined for what may be an id: no packet is so short. */
function givenBytes(source: string): Buffer | undefined {
  const file = fileBytes(source);
  if (file) return hexBytes(file.toString('latin1')) ?? file;
  return isIdStart(source) ? undefined : hexBytes(source);
}

/** Names go into one-line messages, and they may be anything. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** @returns undefined when there is nothing of that name */
function fileBytes(path: string): Buffer | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new OperatingError('input_unreadable', `${quoted(path)} is not a regular file`);
    if (stat.size > packetFileBytesMax) {
      const sizes = `${stat.size} bytes, more than ${packetFileBytesMax}`;
      throw new OperatingError('input_unreadable', `${quoted(path)} is too large for a packet: ${sizes}`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    // A packet as hex is longer than any file name may be.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw new OperatingError('input_unreadable', `cannot read ${quoted(path)} (${code})`, { cause: error });
  }
}
