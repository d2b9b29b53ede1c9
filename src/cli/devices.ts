// `qis devices`: which devices are known, which one is at a port, and what it says right now.
import { DEVICES } from '../../devices/catalogue.ts';
import { CONVENTIONS } from '../../devices/conventions.ts';
import { OperatingError } from '../core/errors.ts';
import { FIRMWARE_BRIDGE } from '../gateway-device.ts';
import { lineText } from '../sense/profile.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { probePort } from './devices-probe.ts';
import { watchDevice } from './devices-watch.ts';

export const command: Command = {
  summary: 'list, find and watch sensors',
  usage: `usage: qis devices list [--json]
       qis devices probe <port> [--seconds <n>] [--json]
       qis devices watch <port|topic> [--device <name>] [options] [--json]

  list    every device and convention that comes with qis
  probe   listens at a serial port, then asks, and says which models it may be; where the bytes fit several, it names
          them all. Sends only requests that read. Stop the agent first: a port has one reader.
  watch   live readings of a device at a port, or of a topic at a broker, until Ctrl-C

  --seconds <n>          probe: how long to listen at each line setting (3)
  --device <name>        watch: the device (without it a port is probed, and a topic tells by its shape)
  --model <name>         watch: which one, where a profile holds several
  --baud <n>             watch: speed of the line, where it is not the usual one
  --address <n>          watch: on a bus, the address of the device
  --url <url>            watch: the broker (mqtt://127.0.0.1:1883)
  --username <name>      watch: account at the broker
  --password-file <file> watch: file that holds its password
  --json                 JSON on standard output and nothing else; watch writes one line for each reading
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(
      args,
      {
        json: { type: 'boolean' },
        seconds: { type: 'string' },
        device: { type: 'string' },
        model: { type: 'string' },
        baud: { type: 'string' },
        address: { type: 'string' },
        url: { type: 'string' },
        username: { type: 'string' },
        'password-file': { type: 'string' },
      },
      2,
    );
    const [action, place] = positionals;
    const json = values.json ?? false;
    if (action === 'list') return list(json, io);
    if (action !== 'probe' && action !== 'watch') {
      throw new OperatingError('usage', 'say what to do: qis devices list, probe or watch');
    }
    if (place === undefined)
      throw new OperatingError('usage', `name the ${action === 'probe' ? 'port' : 'port or topic'}`);
    if (action === 'probe') return probePort(place, { seconds: positive(values.seconds, 'seconds') ?? 3, json }, io);
    return watchDevice(
      place,
      {
        json,
        device: values.device,
        model: values.model,
        baud: positive(values.baud, 'baud'),
        address: values.address,
        url: values.url,
        username: values.username,
        passwordFile: values['password-file'],
      },
      io,
    );
  },
};

function list(json: boolean, io: Io): number {
  const serial = DEVICES.map(({ name, title, models, aliases = [], line }) => ({
    device: name,
    title,
    models: Object.keys(models),
    aliases,
    line: lineText(line),
  }));
  const mqtt = CONVENTIONS.map(({ name, title, aliases = [], topics }) => ({ device: name, title, aliases, topics }));
  if (json) {
    io.stdout.write(`${JSON.stringify({ serial, mqtt })}\n`);
    return 0;
  }
  io.stdout.write('On a serial line (sensors: port, device, model)\n\n');
  io.stdout.write(`  ${FIRMWARE_BRIDGE.padEnd(24)} a microcontroller with the firmware bridge\n`);
  for (const { device, title, models, line } of serial) {
    io.stdout.write(`  ${device.padEnd(24)} ${title}\n  ${''.padEnd(24)} ${line}; model: ${models.join(', ')}\n`);
  }
  io.stdout.write('\nOver MQTT (sensors: mqtt, device)\n\n');
  for (const { device, title, topics } of mqtt) {
    io.stdout.write(`  ${device.padEnd(24)} ${title}\n  ${''.padEnd(24)} ${topics.join(', ')}\n`);
  }
  return 0;
}

function positive(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new OperatingError('usage', `--${option} needs a number above 0`);
}
