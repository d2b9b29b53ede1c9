// `qis devices`: which devices are known, which one is at a port, and what it says right now.
import { DEVICES } from '../../devices/catalogue.ts';
import { CONVENTIONS } from '../../devices/conventions.ts';
import { OperatingError } from '../core/errors.ts';
import { BRIDGE_LINE } from '../sense/bridge/bridge-source.ts';
import { FIRMWARE_BRIDGE } from '../sense/bridge/description.ts';
import { lineText } from '../sense/profile.ts';
import { type Command, type Io, parseArguments } from './command.ts';
import { probePort } from './devices-probe.ts';
import { watchDevice } from './devices-watch.ts';

export const command: Command = {
  summary: 'list, find and watch sensors',
  usage: `usage: qis devices list [--json]
       qis devices probe <port> [--seconds <n>] [--json]
       qis devices watch <port|topic> [--device <name>] [options] [--json]
       qis devices watch '#' [--seconds <n>] [options] [--json]

  list    every device and convention that comes with qis
  probe   listens at a serial port, then asks, and says which models it may be; where the bytes fit several, it names
          them all. Sends only requests that read. Stop the agent first: a port has one reader.
  watch   live readings of a device at a port, or of a topic at a broker, until Ctrl-C. A filter with wildcards lists the
          topics that get messages instead: how many, the newest, and which convention it looks like; unless it is the
          filter of one convention (zigbee2mqtt/#), or --device names one

  --seconds <n>          probe: how long to listen at each line setting (3); watch of topics: how long in all (until Ctrl-C)
  --topics               watch: list topics, whatever the filter
  --device <name>        watch: the device (without it a port is probed, and a topic tells by its shape)
  --model <name>         watch: which one, where a profile holds several
  --baud <n>             watch: speed of the line, where it is not the usual one
  --address <n>          watch: on a bus, the address of the device
  --url <url>            watch: the broker (mqtt://127.0.0.1:1883)
  --username <name>      watch: account at the broker
  --password-file <file> watch: file that holds its password
  --json                 JSON on standard output and nothing else; watch writes one line for each reading

  Example: qis devices watch '#' --username zigbee2mqtt --password-file ./zigbee2mqtt.password
`,
  async run(args, io) {
    const { values, positionals } = parseArguments(
      args,
      {
        json: { type: 'boolean' },
        seconds: { type: 'string' },
        topics: { type: 'boolean', default: false },
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
        topics: values.topics,
        seconds: positive(values.seconds, 'seconds'),
      },
      io,
    );
  },
};

const BOARD = {
  device: FIRMWARE_BRIDGE,
  title: 'A microcontroller that says itself what it measures',
  models: [],
  aliases: [],
  line: lineText(BRIDGE_LINE),
};

function list(json: boolean, io: Io): number {
  const known = DEVICES.map(({ name, title, models, aliases = [], line }) => ({
    device: name,
    title,
    models: Object.keys(models),
    aliases,
    line: lineText(line),
  }));
  const serial = [BOARD, ...known];
  const mqtt = CONVENTIONS.map(({ name, title, aliases = [], topics }) => ({ device: name, title, aliases, topics }));
  if (json) {
    io.stdout.write(`${JSON.stringify({ serial, mqtt })}\n`);
    return 0;
  }
  const row = (device: string, title: string, more: string) =>
    io.stdout.write(`  ${device.padEnd(24)} ${title}\n  ${''.padEnd(24)} ${more}\n`);
  io.stdout.write('On a serial line (sensors: port, device, model)\n\n');
  for (const { device, title, models, line } of serial) {
    row(device, title, models.length === 0 ? line : `${line}; model: ${models.join(', ')}`);
  }
  io.stdout.write('\nOver MQTT (sensors: mqtt, device)\n\n');
  for (const { device, title, topics } of mqtt) row(device, title, topics.join(', '));
  io.stdout.write('\nAny other Modbus device, JSON of your own, and profiles in a file: docs/devices.md\n');
  return 0;
}

function positive(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new OperatingError('usage', `--${option} needs a number above 0`);
}
