// One block of bytes that holds all a scorer remembers, handed out in typed arrays.
//
// What lies in it is the state: its bytes in base64 are saved as they are, so that a restored scorer goes on bit by bit.
// Invariant: the size is settled before the first reading and never changes.

export class ShapeMemory {
  readonly #buffer: ArrayBuffer;
  #used = 0;

  constructor(bytes: number) {
    this.#buffer = new ArrayBuffer(bytes);
  }

  /** Whether everything was handed out; a size that is not the sum of its parts is a mistake. */
  get isFull(): boolean {
    return this.#used === this.#buffer.byteLength;
  }

  /** For sums and counters. */
  wide(count: number): Float64Array {
    return new Float64Array(this.#buffer, this.#take(8 * count), count);
  }

  /** For values and scores: seven digits are more than a sensor has. */
  narrow(count: number): Float32Array {
    return new Float32Array(this.#buffer, this.#take(4 * count), count);
  }

  counts(count: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(4 * count), count);
  }

  save(): string {
    return Buffer.from(this.#buffer).toString('base64');
  }

  /** @returns whether it fits: the same size, as `save` wrote it */
  load(saved: string): boolean {
    const bytes = Buffer.from(saved, 'base64');
    if (bytes.length !== this.#buffer.byteLength || bytes.toString('base64') !== saved) return false;
    new Uint8Array(this.#buffer).set(bytes);
    return true;
  }

  #take(bytes: number): number {
    const at = this.#used;
    // Rounded up, or a wide array could not follow a narrow one.
    this.#used += Math.ceil(bytes / 8) * 8;
    return at;
  }
}
