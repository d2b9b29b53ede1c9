// A hundred sensors at 1 Hz on the broker of the gateway under load, over four connections, and what they sent.
//
// Each value is its own number in the row of its sensor, so that the newest one that arrived tells how far it got.
import { connectAsync, type MqttClient } from 'mqtt';

const CONNECTIONS = 4;

export interface Sensors extends AsyncDisposable {
  /** Readings sent and acknowledged. */
  readonly sent: () => number;
  /** Sends no more; resolves when all are acknowledged. */
  stop(): Promise<void>;
}

export const topicOfSensor = (index: number) => `load/s${index}`;

export async function openSensors(port: number, count: number): Promise<Sensors> {
  const connections = Array.from({ length: CONNECTIONS }, () =>
    connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }),
  );
  const clients: MqttClient[] = await Promise.all(connections);
  let sent = 0;
  let turn = 0;
  const under = new Set<Promise<unknown>>();
  /** A tenth of them every 100 ms: sensors do not speak in chorus. */
  const timer = setInterval(() => {
    for (let index = turn % 10; index < count; index += 10) {
      const payload = JSON.stringify({ pm25: 8 + ((turn * 7 + index * 13) % 20) / 10 });
      const sending = clients[index % CONNECTIONS]!.publishAsync(topicOfSensor(index), payload, { qos: 1 }).then(() => {
        sent++;
      });
      under.add(sending);
      void sending.finally(() => under.delete(sending));
    }
    turn++;
  }, 100);
  return {
    sent: () => sent,
    async stop() {
      clearInterval(timer);
      await Promise.all(under);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await Promise.all(clients.map((client) => client.endAsync(true)));
    },
  };
}
