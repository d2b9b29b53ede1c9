// All mutations, area by area.
import { ADMISSION_MUTATIONS } from './admission.ts';
import { ALARM_MUTATIONS } from './alarm.ts';
import { CLI_MUTATIONS } from './cli.ts';
import { CLIENT_MUTATIONS } from './client.ts';
import { CONFIG_MUTATIONS } from './config.ts';
import { CORE_MUTATIONS } from './core.ts';
import { DETECT_MUTATIONS } from './detect.ts';
import { DISTILL_MUTATIONS } from './distill.ts';
import { ELECTION_MUTATIONS } from './election.ts';
import { EPISODE_MUTATIONS } from './episode.ts';
import { GATEWAY_MUTATIONS } from './gateway.ts';
import { LOOP_MUTATIONS } from './loop.ts';
import { MQTT_MUTATIONS } from './mqtt.ts';
import type { Mutation } from './mutation.ts';
import { NEIGHBOUR_MUTATIONS } from './neighbours.ts';
import { OBSERVE_MUTATIONS } from './observe.ts';
import { OUTCOME_MUTATIONS } from './outcomes.ts';
import { PACKET_MUTATIONS } from './packet.ts';
import { POOLING_MUTATIONS } from './pooling.ts';
import { QUALITY_MUTATIONS } from './quality.ts';
import { RECORDING_MUTATIONS } from './recordings.ts';
import { RELAYING_MUTATIONS } from './relaying.ts';
import { ROUTE_MUTATIONS } from './route.ts';
import { SENSE_MUTATIONS } from './sense.ts';
import { SHAPE_MUTATIONS } from './shape.ts';
import { SIM_MUTATIONS } from './sim.ts';
import { SIMILARITY_MUTATIONS } from './similarity.ts';
import { SLEEP_MUTATIONS } from './sleep.ts';
import { STATUS_MUTATIONS } from './status.ts';
import { STORE_MUTATIONS } from './store.ts';
import { SYNTHESIZE_MUTATIONS } from './synthesize.ts';
import { TRUST_MUTATIONS } from './trust.ts';

export const MUTATIONS: readonly Mutation[] = [
  ...CORE_MUTATIONS,
  ...PACKET_MUTATIONS,
  ...SENSE_MUTATIONS,
  ...RECORDING_MUTATIONS,
  ...QUALITY_MUTATIONS,
  ...DETECT_MUTATIONS,
  ...EPISODE_MUTATIONS,
  ...SHAPE_MUTATIONS,
  ...DISTILL_MUTATIONS,
  ...SYNTHESIZE_MUTATIONS,
  ...OUTCOME_MUTATIONS,
  ...SIMILARITY_MUTATIONS,
  ...POOLING_MUTATIONS,
  ...ELECTION_MUTATIONS,
  ...TRUST_MUTATIONS,
  ...ADMISSION_MUTATIONS,
  ...RELAYING_MUTATIONS,
  ...ROUTE_MUTATIONS,
  ...MQTT_MUTATIONS,
  ...ALARM_MUTATIONS,
  ...SLEEP_MUTATIONS,
  ...STATUS_MUTATIONS,
  ...STORE_MUTATIONS,
  ...OBSERVE_MUTATIONS,
  ...CONFIG_MUTATIONS,
  ...LOOP_MUTATIONS,
  ...GATEWAY_MUTATIONS,
  ...NEIGHBOUR_MUTATIONS,
  ...SIM_MUTATIONS,
  ...CLI_MUTATIONS,
  ...CLIENT_MUTATIONS,
];
