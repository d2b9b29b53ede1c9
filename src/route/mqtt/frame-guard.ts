// A byte cap per MQTT frame, a frame rate and a cap on unread bytes, in front of code that has none of them.
//
//   socket --data--> [ header and length of each frame are read as they pass ] --push--> MQTT code
//   socket <--write-- [ bytes waiting are counted ] <--write-- MQTT code
//
// Neither Aedes nor mqtt.js limits a frame, so one unfinished PUBLISH grows their buffers without end. The guard holds no
// payload: a frame that announces too much ends the connection at its length field. A client that sends too many
// frames is read more slowly; one that does not read what it is sent is cut off. What is held when the other end closes
// is thrown away. Invariant: at most one chunk is held.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { bytesPerToken } from '../../core/broker-limits.ts';
import type { Pace } from '../session/pace.ts';

export interface FrameGuardOptions {
  /** A whole frame: fixed header, length field and body. */
  readonly frameBytesMax: number;
  /** Bytes written and not yet taken by the operating system. */
  readonly backlogBytesMax: number;
  /** Absent: any rate. */
  readonly payer?: FramePayer;
}

/** What pays for frames and answers for what waits to be read: of one connection, or of all those of an account. */
export interface FramePayer {
  readonly pace: Pace;
  /** So many bytes more wait, or fewer. @returns why this connection must end; it has `ownBytes` of them */
  backlog?(changeBytes: number, ownBytes: number): string | undefined;
  /** A connection is read more slowly from now on. */
  held?(): void;
}

/** Why the guard ended a connection. */
export class FrameGuardError extends Error {}

/** PUBACK to PUBCOMP (MQTT 3.1.1 section 2.2.1): a subscriber sends one for each message we sent it. */
const ACK_TYPES = { first: 4, last: 7 };
/** So an acknowledgement costs little. */
const ackCost = 1 / 16;
/** The length field has at most 4 bytes of 7 bits (MQTT 3.1.1 section 2.2.3). */
const lengthShiftMax = 21;
const pauseMsMin = 100;

type Written = (error?: Error | null) => void;

export class FrameGuard extends Duplex {
  readonly #socket: Socket;
  readonly #options: FrameGuardOptions;
  /** Bytes of the current body still to come. */
  #bodyBytes = 0;
  /** Bit position in the length field; -1 before a frame. */
  #lengthShift = -1;
  #length = 0;
  #payer: FramePayer | undefined;
  #spentTokens = 0;
  #backlogBytes = 0;
  /** The rest of a chunk that waits for tokens. */
  #held: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #readerFull = true;
  #ended = false;

  /** @param socket a TCP or TLS socket nobody else reads or writes */
  constructor(socket: Socket, options: FrameGuardOptions) {
    // The high-water mark is the backlog cap: whoever writes never has to wait for a stalled client, which is cut off.
    super({ allowHalfOpen: false, decodeStrings: true, writableHighWaterMark: options.backlogBytesMax });
    this.#socket = socket;
    this.#options = options;
    this.#payer = options.payer;
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => {
      if (this.#held) {
        this.destroy();
        return;
      }
      this.#ended = true;
      this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    // After an orderly end the reader may still have bytes to read; it closes us when it is through.
    socket.on('close', () => {
      if (!this.#ended) this.destroy();
    });
  }

  /** From now on another one pays, also for what passed so far. */
  chargeTo(payer: FramePayer): void {
    payer.pace.take(this.#spentTokens);
    this.#payer = payer;
    this.#noteBacklog();
    if (this.#held) this.#retry();
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Written, written?: Written): boolean {
    const more =
      typeof encoding === 'function' ? super.write(chunk, encoding) : super.write(chunk, encoding ?? 'utf8', written);
    const { backlogBytesMax } = this.#options;
    if (this.writableLength > backlogBytesMax)
      this.#refuse(`more than ${backlogBytesMax} bytes are waiting to be read`);
    this.#noteBacklog();
    return more;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: Written): void {
    this.#socket.write(chunk, (error) => {
      written(error);
      this.#noteBacklog();
    });
  }

  override _writev(chunks: { chunk: Buffer }[], written: Written): void {
    this.#socket.cork();
    for (const [index, { chunk }] of chunks.entries()) {
      if (index < chunks.length - 1) this.#socket.write(chunk);
      else
        this.#socket.write(chunk, (error) => {
          written(error);
          this.#noteBacklog();
        });
    }
    this.#socket.uncork();
  }

  override _final(finished: Written): void {
    if (this.#socket.destroyed) finished();
    else this.#socket.end(() => finished());
  }

  override _read(): void {
    this.#readerFull = false;
    this.#flow();
  }

  override _destroy(error: Error | null, destroyed: Written): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
    this.#noteBacklog();
    this.#socket.destroy();
    destroyed(error);
  }

  #flow(): void {
    if (this.#held || this.#readerFull) this.#socket.pause();
    else this.#socket.resume();
  }

  #noteBacklog(): void {
    const bytes = this.destroyed ? 0 : this.writableLength;
    const change = bytes - this.#backlogBytes;
    this.#backlogBytes = bytes;
    const problem = change === 0 ? undefined : this.#payer?.backlog?.(change, bytes);
    if (problem !== undefined && !this.destroyed) this.#refuse(problem);
  }

  #take(chunk: Buffer): void {
    const passed = this.#scan(chunk);
    if (this.destroyed) return;
    if (passed > 0) this.#readerFull = !this.push(chunk.subarray(0, passed));
    if (passed < chunk.length) {
      this.#held = chunk.subarray(passed);
      this.#waitForTokens();
      this.#payer?.held?.();
    }
    this.#flow();
  }

  #waitForTokens(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), Math.max(pauseMsMin, this.#payer?.pace.waitMs() ?? 0));
  }

  #retry(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held && !this.destroyed) this.#take(held);
  }

  /** Follows the frames of a chunk; the number of bytes that may pass now. */
  #scan(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyBytes > 0) {
        const step = Math.min(this.#bodyBytes, chunk.length - at);
        this.#bodyBytes -= step;
        at += step;
      } else if (this.#lengthShift < 0) {
        if (!this.#pay(chunk.readUInt8(at) >> 4)) return at;
        this.#lengthShift = 0;
        this.#length = 0;
        at += 1;
      } else {
        const problem = this.#readLength(chunk.readUInt8(at));
        if (problem) {
          this.#refuse(problem);
          return 0;
        }
        at += 1;
      }
    }
    return at;
  }

  #readLength(byte: number): string | undefined {
    this.#length |= (byte & 0x7f) << this.#lengthShift;
    if (byte & 0x80) {
      if (this.#lengthShift === lengthShiftMax) return 'the length of a frame is malformed';
      this.#lengthShift += 7;
      return undefined;
    }
    const frameBytes = 2 + this.#lengthShift / 7 + this.#length;
    this.#lengthShift = -1;
    this.#bodyBytes = this.#length;
    this.#spend(Math.floor(this.#length / bytesPerToken));
    const { frameBytesMax } = this.#options;
    return frameBytes > frameBytesMax ? `a frame of ${frameBytes} bytes, more than ${frameBytesMax}` : undefined;
  }

  /** What a frame costs beside its length; the length is paid afterwards, and may leave a debt. */
  #pay(frameType: number): boolean {
    if (!this.#payer) return true;
    if (this.#payer.pace.allowance() < 1) return false;
    this.#spend(frameType >= ACK_TYPES.first && frameType <= ACK_TYPES.last ? ackCost : 1);
    return true;
  }

  #spend(tokens: number): void {
    this.#spentTokens += tokens;
    this.#payer?.pace.take(tokens);
  }

  #refuse(reason: string): void {
    this.destroy(new FrameGuardError(reason));
  }
}
