// Readings a second on one core: from bytes (framer, decoder, sink), through the detector, and through the whole loop
// (bytes -> framer -> decoder -> sink -> agent, nothing anomalous).
import { PLANTOWER_PMSX003 } from '../../devices/plantower-pmsx003/profile.ts';
import { createAgent } from '../../src/agent.ts';
import { virtualClock } from '../../src/core/clock.ts';
import type { Reading } from '../../src/core/reading.ts';
import { SENSOR_CLASSES } from '../../src/core/sensor-class.ts';
import { createWatch } from '../../src/detect/watch.ts';
import { AIR } from '../../src/distill/air.ts';
import { createDomains } from '../../src/distill/domains.ts';
import { createSurroundings } from '../../src/distill/surroundings.ts';
import { temporaryIdentity } from '../../src/packet/identity.ts';
import { createKeyring } from '../../src/packet/keyring.ts';
import type { DeviceModel } from '../../src/sense/profile.ts';
import { createQualityControl } from '../../src/sense/quality/quality-control.ts';
import { createReadingSink } from '../../src/sense/reading-sink.ts';
import { createIntake } from '../../src/sense/serial/intake.ts';
import { createAir } from '../../src/sim/air.ts';
import { plantowerFrame } from '../../src/sim/plantower-frame.ts';
import { openStore } from '../../src/store/store.ts';
import { createSynthesizer } from '../../src/synthesize/synthesizer.ts';
import { ratesPerS } from './rate.ts';

const FRAMES = 20_000;
const INTERVAL_MS = 1_000;
const START_MS = Date.UTC(2026, 0, 1);
/** As a serial port hands bytes out: any number at a time, never a frame. */
const CHUNK_BYTES = 61;
const TIME_MS = 4_000;

export function benchReadings() {
  const air = createAir(1, []);
  const bytes = Buffer.concat(
    Array.from({ length: FRAMES }, (_, i) => plantowerFrame(air(START_MS + i * INTERVAL_MS))),
  );
  const chunks = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, i) =>
    bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  );
  const model: DeviceModel = PLANTOWER_PMSX003.models.PMS5003;
  const readingsPerFrame = model.frames![0]!.fields!.length;
  let roundMs = START_MS;

  /** Each round begins where the last one ended, so that time goes on. */
  function feed(onReading: (reading: Reading) => void): void {
    const sink = createReadingSink({
      sensor: 'roof',
      sensorClass: SENSOR_CLASSES[PLANTOWER_PMSX003.sensorClass],
      clock: { now: () => roundMs + intake.frames * INTERVAL_MS, quality: () => 2 },
      onReading,
      emit: () => {},
    });
    const intake = createIntake(PLANTOWER_PMSX003, model, sink);
    for (const chunk of chunks) intake.push(chunk);
    if (intake.frames !== FRAMES) throw new Error(`the framer found ${intake.frames} of ${FRAMES} frames`);
    roundMs += FRAMES * INTERVAL_MS;
  }

  const watched = new Map(AIR.phenomena.filter((p) => p.watched).map((p) => [p.quantity, p]));
  const watch = createWatch({ watched });
  const recorded: Reading[] = [];
  feed((reading) => {
    if (reading.quantity === 'pm2_5' && reading.channel === '') recorded.push(reading);
  });
  let detectorMs = 0;
  const detect = () => {
    for (const reading of recorded) watch.accept({ ...reading, timeMs: reading.timeMs + detectorMs });
    detectorMs += FRAMES * INTERVAL_MS;
  };
  const agent = benchAgent();
  return ratesPerS(
    {
      framer: { count: FRAMES * readingsPerFrame, run: () => feed(() => {}) },
      detector: { count: recorded.length, run: detect },
      loop: { count: FRAMES * readingsPerFrame, run: () => feed(agent.reading) },
    },
    TIME_MS,
  );
}

function benchAgent() {
  const identity = temporaryIdentity(Buffer.alloc(32, 2));
  const station = { profile: AIR, latitude: 48, longitude: 7.8, site: 1, contextTag: identity.contextTag };
  const synthesizer = createSynthesizer({ profile: AIR, nodeId: '', here: undefined, random: () => 0.5 });
  const watched = new Map(AIR.phenomena.filter((p) => p.watched).map((p) => [p.quantity, p]));
  return createAgent({
    domains: createDomains([AIR]),
    work: new Map([[AIR.id, { station, synthesizer }]]),
    identity,
    community: undefined,
    keyring: createKeyring(),
    store: openStore(':memory:', { now: () => START_MS }),
    network: { publish: () => true },
    qualityControl: createQualityControl(),
    watch: createWatch({ watched }),
    surroundings: createSurroundings(['relative_humidity', 'temperature']),
    clock: virtualClock(START_MS),
    emit: () => {},
  });
}
