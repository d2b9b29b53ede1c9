// All mutations, area by area.
import { CLI_MUTATIONS } from './cli.ts';
import { CORE_MUTATIONS } from './core.ts';
import { DETECT_MUTATIONS } from './detect.ts';
import { DISTILL_MUTATIONS } from './distill.ts';
import { GATEWAY_MUTATIONS } from './gateway.ts';
import { LOOP_MUTATIONS } from './loop.ts';
import type { Mutation } from './mutation.ts';
import { PACKET_MUTATIONS } from './packet.ts';
import { ROUTE_MUTATIONS } from './route.ts';
import { SIM_MUTATIONS } from './sim.ts';
import { STORE_MUTATIONS } from './store.ts';
import { SYNTHESIZE_MUTATIONS } from './synthesize.ts';
import { TRUST_MUTATIONS } from './trust.ts';

export const MUTATIONS: readonly Mutation[] = [
  ...CORE_MUTATIONS,
  ...PACKET_MUTATIONS,
  ...DETECT_MUTATIONS,
  ...DISTILL_MUTATIONS,
  ...SYNTHESIZE_MUTATIONS,
  ...TRUST_MUTATIONS,
  ...STORE_MUTATIONS,
  ...ROUTE_MUTATIONS,
  ...LOOP_MUTATIONS,
  ...GATEWAY_MUTATIONS,
  ...SIM_MUTATIONS,
  ...CLI_MUTATIONS,
];
