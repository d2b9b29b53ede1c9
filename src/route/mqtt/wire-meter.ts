// Bytes that crossed the wire, over all the sockets of one owner, those that closed included.
//
// It counts at the TCP socket: TLS, failed handshakes and keep-alive pings are in it, because they are on the bill too.
// Invariant: the sums never fall.
import type { Socket } from 'node:net';

export class WireMeter {
  readonly #open = new Set<Socket>();
  #closedBytesIn = 0;
  #closedBytesOut = 0;

  /** @param socket the TCP socket, below TLS */
  watch(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#closedBytesIn += socket.bytesRead;
      this.#closedBytesOut += written(socket);
    });
  }

  get bytesIn(): number {
    return [...this.#open].reduce((sum, { bytesRead }) => sum + bytesRead, this.#closedBytesIn);
  }

  get bytesOut(): number {
    return [...this.#open].reduce((sum, socket) => sum + written(socket), this.#closedBytesOut);
  }
}

/** Not a number for a socket that never connected but was written to. */
function written({ bytesWritten }: Socket): number {
  return bytesWritten || 0;
}
