// An Arduino Uno that is none: its firmware runs in QEMU, its port is a pseudo-terminal at a path.
//
// QEMU keeps real time, but not the baud rate; bytes sent before a reader has opened the port are lost, as on a real one.
// It has no watchdog and no EEPROM (it reads as zero). Its system_reset resets what is around the processor, but not the
// processor: that is done by hand, over the port for debuggers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

export interface EmulatedBoard {
  reset(): Promise<void>;
  /** The port is gone at once; a dangling link is left. */
  unplug(): Promise<void>;
}

export interface EmulatorOptions {
  readonly qemu: string;
  readonly elf: string;
  /** For its sockets. */
  readonly folder: string;
  /** Path at which the port shall stand, replacing what stood there. */
  readonly link: string;
}

let boards = 0;

export async function emulatedBoard(t: TestContext, options: EmulatorOptions): Promise<EmulatedBoard> {
  const { qemu, elf, folder, link } = options;
  const number = boards++;
  const [monitor, debug] = [join(folder, `monitor-${number}`), join(folder, `debug-${number}`)];
  const sockets = ['-monitor', `unix:${monitor},server,nowait`, '-gdb', `unix:${debug},server,nowait`];
  const child = spawn(qemu, ['-machine', 'uno', '-bios', elf, '-nographic', '-serial', 'pty', ...sockets], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit');
  const unplug = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  t.after(unplug);
  symlinkSync(await portOf(child), `${link}.next`);
  renameSync(`${link}.next`, link);
  return { unplug, reset: () => reset(monitor, debug) };
}

/** QEMU says where the port is, some versions on standard output, others on standard error. */
function portOf({ stdout, stderr }: { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream }): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  for (const stream of [stdout, stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      const port = /redirected to (\S+)/.exec(line)?.[1];
      if (port) resolve(port);
    });
    stream.on('end', () => reject(new Error('QEMU ended')));
  }
  return promise;
}

/** A debugger that connects stops the processor; `c0` has it go on from address 0, with all else reset meanwhile. */
async function reset(monitor: string, debug: string): Promise<void> {
  await using gdb = await talk(debug);
  await using operator = await talk(monitor);
  await gdb.say('$?#3f', '$T');
  await operator.say('system_reset\n', 'system_reset\x1b[K\r\n(qemu)');
  await gdb.say('+$c0#93', '+');
}

interface Talk extends AsyncDisposable {
  /** Waits for an answer with the text wanted. */
  say(text: string, wanted: string): Promise<void>;
}

async function talk(path: string): Promise<Talk> {
  const socket = connect(path);
  await once(socket, 'connect');
  let heard = '';
  let wake = () => {};
  socket.on('data', (bytes) => {
    heard += bytes.toString('latin1');
    wake();
  });
  return {
    async say(text, wanted) {
      heard = '';
      socket.write(text);
      while (!heard.includes(wanted)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    [Symbol.asyncDispose]: async () => void socket.destroy(),
  };
}
