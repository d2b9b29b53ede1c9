// The limits of the embedded broker, each with its reason: what a client, an account, an address and a guesser may have.
//
// Relations between them, and to those of limits.ts, are asserted at the end.
import { assert } from './assert.ts';
import { jsonPayloadBytesMax, linkFrameBytesMax, linkInFlightMax, packetBytesMax, topicBytesMax } from './limits.ts';

/** One MQTT frame into our broker: the largest packet, its topic, and room for sensors' JSON. */
export const brokerFrameBytesMax = 16_384;
/** Bytes waiting for one client of our broker before it counts as stalled. */
export const brokerClientBacklogBytesMax = 262_144;
/** How long a client may leave its backlog undrained. */
export const brokerDrainMsMax = 5_000;
/** The same over all connections of one account: eight of its clients may stall before they cost each other anything. */
export const brokerAccountBacklogBytesMax = 2_097_152;
export const brokerClientsMax = 256;
/** Connections kept for each account, as far as they go round, and those a gateway account may have: some neighbours share one. */
export const brokerClientsKept = 4;
export const brokerGatewayClientsMax = 32;
/** Frames of one gateway account in a burst and per second, over all its connections: a packet or link frame is costly. */
export const brokerFramesBurstMax = 200;
export const brokerFramesPerSMax = 50;
/** The same of a sensor account: a hundred sensors at one a second, four times over; a message takes a tenth of what a packet does. */
export const sensorFramesBurstMax = 1_600;
export const sensorFramesPerSMax = 400;
/** Frames of a client that has not shown its credentials: its CONNECT, and what it sends without waiting. */
export const brokerUnprovenFramesMax = 8;
/** Bytes of a frame that one more token pays for. */
export const bytesPerToken = 4_096;
/** Time over one frame that a token pays for: an account takes at most a tenth of the loop, at 50 tokens a second. */
export const handlingMsPerToken = 2;
/** Tokens of one delivery to another client, so that a message to very many pays for them. */
export const deliveryTokens = 1 / 16;
/** Connections that have not shown their credentials yet; one more drops one of the address that has most of them. */
export const brokerUnprovenClientsMax = 32;
/** New connections from one address, at once and per second: all clients may come back at once through one router. */
export const addressConnectsBurst = 256;
export const addressConnectsPerS = 20;
/** Addresses whose connections and wrong passwords are remembered: about 300 bytes each. */
export const addressesRememberedMax = 1_024;
/** Wrong passwords for one account from one address, at once, and how many more a second: 4,300 guesses a day. */
export const passwordGuessesBurst = 8;
export const passwordGuessesPerS = 0.05;
/** Client ids that showed the right password once, for each account: a guesser beside them does not lock them out. */
export const knownClientIdsMax = 64;
/** From telling that a client is read more slowly to telling it again. */
export const throttleToldMs = 60_000;
/** How long a connection may take to show its credentials. */
export const brokerConnectMsMax = 10_000;
export const brokerClientIdBytesMax = 128;
/** Filters of one client: every phenomenon in nine cells, several times over. */
export const brokerFiltersPerClientMax = 256;
/** Packets that wait for the agent to commit them, over all clients: 256 kB. */
export const brokerPendingPacketsMax = 512;
/** Of one account, and how many each may have whatever the others do. */
export const accountPendingPacketsMax = 256;
export const accountPendingPacketsKept = 32;
/** Filters of one account, over all its connections: each message is held against all of them. */
export const accountFiltersMax = 1_024;
/** Retained messages of sensors: a SUBSCRIBE looks at them all, and pays a token for so many and filter. */
export const retainedMessagesMax = 1_000;
export const retainedPerToken = 1_000;
export const retainedBytesMax = 1_048_576;
/** Of them kept for each account, as far as they go round. */
export const retainedMessagesKept = 32;
export const retainedBytesKept = 32_768;
/** Topics under which one account may publish, where they are named. */
export const accountTopicsMax = 32;

/** Requests of one program at once and per second: a question may look through 50,000 packets, some 5 ms of the loop. */
export const programAsksBurstMax = 50;
export const programAsksPerSMax = 20;
/** Requests under way, over all programs (each may wait a second for neighbours), and kept for each account. */
export const programAsksOpenMax = 64;
export const programAsksOpenKept = 4;
/** One answer to a program: about 150 packets, or an advice made from a thousand. */
export const programAnswerBytesMax = 65_536;
/** Deposits in one message of a program: a line about each, however wrong it is, must fit one answer. */
export const programDepositsMax = 100;
/** Answers to what a program wrote, kept for each account: as much as it may have sent and not seen acknowledged. */
export const programAnswersKept = 16;

assert(brokerFrameBytesMax > packetBytesMax + topicBytesMax + 16, 'a packet with its topic must fit a frame');
assert(brokerFrameBytesMax > jsonPayloadBytesMax + topicBytesMax + 16, 'a sensor payload must fit a frame');
assert(brokerFrameBytesMax > linkFrameBytesMax + topicBytesMax + 16, 'a link frame must fit an MQTT frame');
assert(
  linkInFlightMax * (packetBytesMax + topicBytesMax + 16) < brokerClientBacklogBytesMax,
  'what a link may have in flight must not look like a stalled link',
);
assert(addressConnectsBurst >= brokerClientsMax, 'all clients may come from one address');
assert(brokerClientsKept * 2 <= brokerClientsMax, 'places are kept, and some are free for all');
assert(accountPendingPacketsMax >= brokerFramesBurstMax, 'a burst of one account must find room');
assert(brokerClientBacklogBytesMax >= 16 * brokerFrameBytesMax, 'a backlog must hold more than a few frames');
assert(2 * programAnswerBytesMax < brokerClientBacklogBytesMax, 'an answer must not look like a stalled program');
