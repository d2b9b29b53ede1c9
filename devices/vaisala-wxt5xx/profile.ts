// Vaisala Weather Transmitters in their ASCII protocol, polled for the composite message.
//
// Layout: WXT530 Series User Guide M211840EN, ASCII protocol (the same in the guides of WXT510 and WXT520). Which values
// a message holds is set in the instrument. 19200 8N1 is the delivery setting; 0 the address.
import type { DeviceModel, DeviceProfile } from '../../src/sense/profile.ts';

const transmitter = {
  text: { kind: 'wxt' },
  address: '0',
  poll: { everyS: 10, requests: [{ text: '{address}R0\r\n' }] },
} as const satisfies DeviceModel;

export const VAISALA_WXT5XX = {
  name: 'vaisala-wxt5xx',
  title: 'Vaisala WXT510, WXT520, WXT530 series',
  sensorClass: 'weather',
  line: { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
  framing: 'line',
  aliases: ['WXT5xx', 'WXT5x0', 'WXT', 'Vaisala'],
  models: {
    WXT510: transmitter,
    WXT520: transmitter,
    WXT530: transmitter,
    WXT531: transmitter,
    WXT532: transmitter,
    WXT533: transmitter,
    WXT534: transmitter,
    WXT535: transmitter,
    WXT536: transmitter,
  },
  modelDefault: 'WXT530',
  warmUpS: 0,
  silenceS: 60,
} as const satisfies DeviceProfile;
