// The device's end of a line, as the emulated devices see it.

export interface Wire {
  /** To whoever reads the sensor. */
  write(bytes: Buffer): void;
  /** Called with what comes from there. */
  listen(onBytes: (bytes: Buffer) => void): void;
}
