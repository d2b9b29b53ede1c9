// Nova Fitness SDS011, SDS018, SDS021, SDS198: optical dust sensors that send a frame a second at 9600 8N1.
//
// Layout: Laser Dust Sensor Control Protocol V1.3. Words are little-endian; the sum covers the six bytes after the
// header. The SDS198 sends a header of its own, of which only the second word counts (PM100, whole ug/m3).
// The id of the unit stands in every frame: two sensors on one line stay apart.
import type { DeviceProfile, Frame, Request } from '../../src/sense/profile.ts';

const check = { kind: 'sum8', from: 2, to: 8, at: 8 } as const;
const rest = { bytes: 10, trailer: 'ab', check, source: [6, 8] } as const;
const answer: Frame = { header: 'aac5', ...rest };

const commands: Record<'query' | 'queried' | 'active' | 'sleep' | 'work' | 'continuous' | 'every5min', Request> = {
  query: { hex: 'aab404000000000000000000000000ffff02ab' },
  queried: { hex: 'aab402010100000000000000000000ffff02ab' },
  active: { hex: 'aab402010000000000000000000000ffff01ab' },
  sleep: { hex: 'aab406010000000000000000000000ffff05ab' },
  work: { hex: 'aab406010100000000000000000000ffff06ab' },
  continuous: { hex: 'aab408010000000000000000000000ffff07ab' },
  every5min: { hex: 'aab408010500000000000000000000ffff0cab' },
};
const requests = {
  sleep: [commands.sleep],
  // A unit that sleeps may miss the first one.
  wake: [commands.work, commands.work],
  settings: {
    query: [commands.query],
    mode_query: [commands.queried],
    mode_active: [commands.active],
    continuous: [commands.continuous],
    every_5_min: [commands.every5min],
  },
};
const fine = {
  frames: [
    {
      header: 'aac0',
      ...rest,
      fields: [
        { at: 2, type: 'u16le', quantity: 'pm2_5', scale: 0.1 },
        { at: 4, type: 'u16le', quantity: 'pm10', scale: 0.1 },
      ],
      zeroWhileWarming: [2, 6],
    },
    answer,
  ],
  ...requests,
} as const;

export const NOVA_SDS0XX = {
  name: 'nova-sds0xx',
  title: 'Nova SDS011, SDS018, SDS021, SDS198',
  sensorClass: 'optical_nova',
  line: { baud: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'fixed',
  models: {
    SDS011: fine,
    SDS018: fine,
    SDS021: fine,
    SDS198: {
      frames: [
        {
          header: 'aacf',
          ...rest,
          fields: [{ at: 4, type: 'u16le', quantity: 'pm100' }],
          zeroWhileWarming: [2, 6],
        },
        answer,
      ],
      ...requests,
    },
  },
  modelDefault: 'SDS011',
  warmUpS: 30,
  silenceS: 30,
} as const satisfies DeviceProfile;
