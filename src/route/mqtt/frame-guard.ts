// A byte cap per MQTT frame, a frame rate and a cap on unread bytes, in front of code that has none of them.
//
//   socket --data--> [ header and length of each frame are read as they pass ] --push--> MQTT code
//   socket <--write-- [ bytes waiting are counted ] <--write-- MQTT code
//
// Neither Aedes nor mqtt.js limits a frame, so one unfinished PUBLISH grows their buffers without end. The guard holds no
// payload: a frame that announces too much ends the connection at its length field. A client that sends too many
// frames is read more slowly; one that does not read what it is sent is cut off. Invariant: at most one chunk is held.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

export interface FrameGuardOptions {
  /** A whole frame: fixed header, length field and body. */
  readonly frameBytesMax: number;
  /** Bytes written and not yet taken by the operating system. */
  readonly backlogBytesMax: number;
  /** Absent: any rate. */
  readonly frames?: { readonly burstMax: number; readonly perSMax: number };
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
  #tokens: number;
  #tokensAtMs = performance.now();
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
    this.#tokens = options.frames?.burstMax ?? 0;
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => {
      this.#ended = true;
      this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    // After an orderly end the reader may still have bytes to read; it closes us when it is through.
    socket.on('close', () => {
      if (!this.#ended) this.destroy();
    });
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Written, written?: Written): boolean {
    const more =
      typeof encoding === 'function' ? super.write(chunk, encoding) : super.write(chunk, encoding ?? 'utf8', written);
    const { backlogBytesMax } = this.#options;
    if (this.writableLength > backlogBytesMax)
      this.#refuse(`more than ${backlogBytesMax} bytes are waiting to be read`);
    return more;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: Written): void {
    this.#socket.write(chunk, written);
  }

  override _writev(chunks: { chunk: Buffer }[], written: Written): void {
    this.#socket.cork();
    for (const [index, { chunk }] of chunks.entries()) {
      if (index < chunks.length - 1) this.#socket.write(chunk);
      else this.#socket.write(chunk, written);
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
    this.#socket.destroy();
    destroyed(error);
  }

  #flow(): void {
    if (this.#held || this.#readerFull) this.#socket.pause();
    else this.#socket.resume();
  }

  #take(chunk: Buffer): void {
    const passed = this.#scan(chunk);
    if (this.destroyed) return;
    this.#held = passed < chunk.length ? chunk.subarray(passed) : undefined;
    if (passed > 0) this.#readerFull = !this.push(chunk.subarray(0, passed));
    if (this.#held) this.#waitForTokens();
    this.#flow();
  }

  #waitForTokens(): void {
    const { perSMax } = this.#options.frames ?? { perSMax: 1 };
    const waitMs = Math.max(pauseMsMin, ((1 - this.#tokens) / perSMax) * 1000);
    this.#timer = setTimeout(() => {
      if (this.#held) this.#take(this.#held);
    }, waitMs);
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
    const { frameBytesMax } = this.#options;
    return frameBytes > frameBytesMax ? `a frame of ${frameBytes} bytes, more than ${frameBytesMax}` : undefined;
  }

  #pay(frameType: number): boolean {
    const { frames } = this.#options;
    if (!frames) return true;
    const nowMs = performance.now();
    const earned = ((nowMs - this.#tokensAtMs) / 1000) * frames.perSMax;
    this.#tokens = Math.min(frames.burstMax, this.#tokens + earned);
    this.#tokensAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= frameType >= ACK_TYPES.first && frameType <= ACK_TYPES.last ? ackCost : 1;
    return true;
  }

  #refuse(reason: string): void {
    this.destroy(new FrameGuardError(reason));
  }
}
