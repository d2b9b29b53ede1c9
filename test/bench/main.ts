// `npm run -s bench -- [set] [--json] [--only <part>] [--seconds <n>]`: speed, size and memory; one JSON object or a table.
//
// The default set takes under two minutes. Figures that are compared (decode and verify against bare verify) are measured
// in turns within one run, because machines are noisy; trust ratios before absolutes.
import { parseArgs } from 'node:util';
import { benchAgent } from './agent-process.ts';
import { benchCounty } from './county.ts';
import { benchFirmware } from './firmware.ts';
import { benchFirstHour } from './firsthour.ts';
import { benchFramers } from './framers.ts';
import { benchJudgement } from './judgement.ts';
import { benchLink } from './link.ts';
import { benchLoad } from './load.ts';
import { benchOutcomes } from './outcomes.ts';
import { benchPackets } from './packets.ts';
import { benchReadings } from './readings.ts';
import { benchReplay } from './replay.ts';
import { benchRouting } from './routing.ts';
import { benchShape } from './shape.ts';
import { benchShapes } from './shapes.ts';
import { benchSigns } from './signs.ts';
import { benchStore } from './store.ts';
import { table } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    seconds: { type: 'string', default: '60' },
  },
});

const SETS: Record<string, () => Promise<Record<string, unknown>>> = {
  default: async () => ({
    ...benchPackets(),
    readings_per_s: benchReadings(),
    shape: benchShape(),
    frames_per_s: benchFramers(),
    link: await benchLink(),
    store: await benchStore(),
    routing: await benchRouting(),
    replay: await benchReplay(),
    ...(await benchAgent()),
    firmware: benchFirmware(),
  }),
  store: async () => ({ store: await benchStore() }),
  // Deposits, and questions over as many as a gateway holds.
  outcomes: async () => ({ outcomes: await benchOutcomes() }),
  shape: async () => ({ shape: benchShape() }),
  routing: async () => ({ routing: await benchRouting() }),
  // A made county of 116 stations, with and without narrowing; --only picks runs.
  county: async () => ({ county: await benchCounty(values.only) }),
  // What a packet costs in rings, stars, lines, meshes and at a shared broker; minutes. --only mesh, --only mesh-12.
  shapes: async () => ({ shapes: await benchShapes(values.only) }),
  // Half an hour of replays of real recordings, where they are at hand; --only picks parts.
  judgement: async () => ({ judgement: await benchJudgement(values.only) }),
  // Minutes of the same recordings, with stopped fans and drift put in.
  signs: async () => ({ signs: await benchSigns() }),
  // Mistakes of a new operator on real parts, eight minutes: which are named, how soon, and what healthy gateways warn of.
  firsthour: async () => ({ ...(await benchFirstHour(values.only)) }),
  // The shipped agent under 1,000 packets a second, for so many --seconds.
  load: async () => ({ load: await benchLoad(Number(values.seconds)) }),
};

const set = SETS[positionals[0] ?? 'default'];
if (!set) {
  process.stderr.write(`unknown set "${positionals[0]}"; known are ${Object.keys(SETS).join(', ')}\n`);
  process.exit(2);
}
const result = await set();
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : table(result));
