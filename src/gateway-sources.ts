// The configured sensors of a gateway -> sources of readings.
import { deviceNames, type FoundDevice, findDevice } from '../devices/catalogue.ts';
import type { Config, FrameReplay, MqttSensor, Sensor, SerialSensor, TableReplay } from './config.ts';
import type { Clock } from './core/clock.ts';
import { OperatingError } from './core/errors.ts';
import type { Emit } from './core/events.ts';
import { didYouMean } from './core/nearest.ts';
import type { Reading } from './core/reading.ts';
import { SENSOR_CLASSES } from './core/sensor-class.ts';
import { secretOf } from './secret.ts';
import { openMqttSource, type SubscribeLocal } from './sense/mqtt-source.ts';
import type { Source } from './sense/reading-queue.ts';
import { replayBytes, replayCsv } from './sense/replay.ts';
import { openSerialSource } from './sense/serial-source.ts';

export interface SourceEdges {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Of the own broker, when there is one. */
  readonly subscribeLocal: SubscribeLocal | undefined;
}

type LiveSensor = SerialSensor | MqttSensor;
type Recording = FrameReplay | TableReplay;

export function isRecording(sensor: Sensor): sensor is Recording {
  return sensor.kind === 'frames' || sensor.kind === 'table';
}

/** @throws OperatingError config_invalid for a device this build does not know */
function deviceOf(sensor: { name: string; device: string; model: string | undefined }): FoundDevice {
  const found = findDevice(sensor.device, sensor.model);
  if (found) return found;
  const written = sensor.model ?? sensor.device;
  const message = `sensor ${sensor.name}: no device or model "${written}"${didYouMean(written, deviceNames())}`;
  throw new OperatingError('config_invalid', message);
}

export function openLive(sensor: LiveSensor, config: Config, edges: SourceEdges): Source {
  const { clock, emit } = edges;
  if (sensor.kind === 'serial') {
    const { profile, model } = deviceOf(sensor);
    const line = { ...profile.line, baud: sensor.baud ?? profile.line.baud };
    const silenceS = sensor.silenceS ?? profile.silenceS;
    return openSerialSource({ sensor: sensor.name, path: sensor.port, profile, model, line, silenceS, clock, emit });
  }
  const { topic, url, username } = sensor.mqtt;
  const elsewhere = url === undefined ? undefined : { url, username, password: secretOf(sensor.mqtt, config.folder) };
  const local = edges.subscribeLocal;
  if (!elsewhere && !local) {
    const message = `sensor ${sensor.name}: there is no own broker to listen on; give mqtt.url, or switch the broker on`;
    throw new OperatingError('config_invalid', message);
  }
  return openMqttSource({
    sensor: sensor.name,
    sensorClass: SENSOR_CLASSES.unknown,
    topic,
    readings: sensor.readings,
    from: elsewhere ?? { local: local! },
    clock,
    emit,
  });
}

export function openRecording(sensor: Recording, emit: Emit): AsyncIterable<Reading> {
  const { name, file } = sensor;
  if (sensor.kind === 'table') {
    const { timestamp, readings } = sensor;
    return replayCsv({ sensor: name, sensorClass: SENSOR_CLASSES.unknown, file, timestamp, readings, emit });
  }
  const { profile, model } = deviceOf(sensor);
  const { startMs, intervalMs } = sensor;
  return replayBytes({ sensor: name, file, profile, model, startMs, intervalMs, emit });
}
