// Keeps the demo's sensors talking: a frame on each serial line, a message to the MQTT gateway's broker, once per frame
// time of the accelerated clock. Counts what sending every reading as it is would have cost.
import { connectAsync, type MqttClient } from 'mqtt';
import type { Air } from './air.ts';
import { MQTT_TOPIC } from './demo-setup.ts';
import type { Story } from './demo-story.ts';
import { DEMO, type Station } from './demo-world.ts';
import { plantowerFrame } from './plantower-frame.ts';
import type { SerialPair } from './serial-pair.ts';

export interface Feed extends AsyncDisposable {
  /** The sensor of a gateway speaks from now on: that gateway is up, and would take longer silence for a fault. */
  begin(station: Station): Promise<void>;
  /** Bytes of MQTT that raw readings would have taken on the same links so far. */
  rawBytes(): number;
}

export interface FeedOptions {
  readonly lines: ReadonlyMap<number, SerialPair>;
  readonly mqtt: { readonly url: string; readonly username: string; readonly password: string };
  readonly story: Pick<Story, 'now'>;
}

/** Relayed around the ring as packets are, a message crosses the link of every gateway to both neighbours once. */
const CROSSINGS = 2 * DEMO.gateways;

export function openFeed({ lines, mqtt, story }: FeedOptions): Feed {
  const { url, username, password } = mqtt;
  const speaking: Station[] = [];
  let client: MqttClient | undefined;
  let rawBytes = 0;
  const timer = setInterval(() => {
    const nowMs = story.now();
    for (const station of speaking) {
      const air = station.measure(nowMs);
      const line = lines.get(station.number);
      // A line that closed takes no more; its gateway notices the silence by itself.
      if (line) line.write(plantowerFrame(air)).catch(() => {});
      else if (client) report(client, air);
      rawBytes += rawMessageBytes(station.name, air, nowMs) * CROSSINGS;
    }
  }, DEMO.frameMs / DEMO.factor);
  return {
    async begin(station) {
      if (!lines.has(station.number)) {
        client = await connectAsync(url, { username, password, reconnectPeriod: 0, protocolVersion: 4 });
        client.on('error', () => {});
      }
      speaking.push(station);
    },
    rawBytes: () => rawBytes,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await client?.endAsync(true);
    },
  };
}

/** What a Zigbee sensor behind Zigbee2MQTT says. */
function report(client: MqttClient, air: Air): void {
  const message = {
    pm25: Math.round(air.pm2_5),
    temperature: Math.round(air.temperature * 100) / 100,
    humidity: Math.round(air.relative_humidity * 100) / 100,
    linkquality: 120,
  };
  client.publish(MQTT_TOPIC, JSON.stringify(message), { qos: 0 });
}

/** All readings of one frame in one compact JSON message under a short topic, QoS 1 with its PUBACK: as cheap as it gets. */
function rawMessageBytes(name: string, air: Air, timeMs: number): number {
  const frame = plantowerFrame(air);
  const words = Array.from({ length: 12 }, (_, i) => frame.readUInt16BE(4 + 2 * i));
  const payload = JSON.stringify({ t: Math.round(timeMs / 1000), v: words });
  const topic = `raw/${name}`;
  const publishBytes = 2 + 2 + topic.length + 2 + payload.length;
  const pubackBytes = 4;
  return publishBytes + pubackBytes;
}
