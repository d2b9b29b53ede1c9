// The limits that hold under load and while the disk takes nothing, each with its reason.
//
// Relations between them, and to those of limits.ts and of the broker, are asserted at the end.
import { assert } from './assert.ts';
import { brokerPendingPacketsMax } from './broker-limits.ts';
import { commitJobsMax, heardPacketsMax } from './limits.ts';

/** Arrivals that wait for the agent, over all ways, in bytes with what each one takes: some hundred packets, half a second's work. */
export const intakeBytesMax = 196_608;
/** What an arrival takes beside its bytes and its topic: buffer, promise, place in a queue. */
export const intakeEntryBytes = 512;
/** How long arrivals are begun before the event loop turns: sensors, timers and signals wait no longer. */
export const intakeSliceMsMax = 20;
/** How long a turn may take in which arrivals are begun, committed and weighed, before fewer are begun at once. */
export const intakeTurnMsMax = 100;
/** Messages that one link brought and that are not settled; then it is read no further. */
export const linkPendingMax = 512;
/** Packets heard that are looked at from one tick to the next: all of them once. Searches fall together after a commit, and
 * with four times as many the loop stood still for 350 ms (p99) under 1,000 packets a second instead of 120. */
export const heardLooksMax = 4_096;
/** From one attempt to write to a disk that took nothing to the next. */
export const diskRetryMs = 10_000;

assert(intakeSliceMsMax < intakeTurnMsMax, 'beginning is a part of a turn');
assert(heardLooksMax >= heardPacketsMax, 'one search must be possible between two ticks');
for (const pendingMax of [brokerPendingPacketsMax, linkPendingMax]) {
  assert(
    intakeBytesMax / intakeEntryBytes + commitJobsMax < pendingMax,
    'what is too much is shed before anybody is cut off for it',
  );
}

/** The answer of a running gateway to a command (`qis status`: judgedChannelsMax channels, twice, at 600 bytes). */
export const controlAnswerBytesMax = 6_291_456;
/** What was concluded last, in words: as much of a status as a person reads. */
export const shownConclusionsMax = 8;
/** Packets that `qis packets` lists at once: 500 bytes each in the answer. Unless asked for more it lists the first number. */
export const packetsListed = 200;
export const packetsListedMax = 5_000;
/** Packets looked through before the event loop turns: a few ms. */
export const packetsLookedAt = 200;
/** One request: some thousand deposits. */
export const controlRequestBytesMax = 1_048_576;
/** How long a command waits for an answer, and the gateway for a request. */
export const controlWaitMsMax = 2_000;
/** How long it waits for what is long: a look through all packets, a copy of the database on a slow card. */
export const controlLongWaitMsMax = 120_000;
/** A copy of the database that nobody fetched is removed after so long. */
export const backupKeptMs = 600_000;
/** How long a sensor may be in maintenance: one that is forgotten must not stay unheard. */
export const maintenanceMsMax = 7 * 86_400_000;
/** Topics that `qis devices watch` counts: more than a person reads; about 300 bytes each. */
export const topicsListedMax = 1_000;
/** At most a few operators ask at once. */
export const controlClientsMax = 8;

assert(packetsListedMax * 500 < controlAnswerBytesMax, 'the longest list must fit an answer');
