// Every limit of the product, with its reason. Relations between limits are asserted at the end.
import { assert } from './assert.ts';

/** Hard cap on one packet, checked before anything is parsed (protocol section 2). */
export const packetBytesMax = 512;
/** Nesting of CBOR inside a packet: packet, outcome, list, one spare. */
export const cborDepthMax = 4;
export const coarseOrdinalsMax = 4;
export const fineOrdinalsMax = 8;
export const evidenceMax = 16;
export const actionValuesMax = 8;
export const domainNameLengthMax = 16;
/** cbor-x writes integers from 2^32 on as floats. */
export const uintMax = 2 ** 32 - 1;
export const valueMax = 2 ** 31;
export const lifetimeHMax = 48;
/** A year: outcomes that were deposited, and verdicts on them. */
export const keptHMax = 8_784;
/** A clock that is right may be this far ahead of ours. */
export const futureToleranceS = 120;
/** A process issues nothing in its first seconds: by then Unix time is past whatever one before it may have used. */
export const issueSettleMs = 10_000;
/** How far sequences may run ahead of Unix seconds: a burst. What would go further waits its turn. */
export const sequenceLeadMax = 10;
/** Spans of sequences that are remembered as used: one for each start. */
export const sequenceSpansMax = 64;
/** Conclusions that wait in memory until they may be issued: 300 bytes each. */
export const waitingOutcomesMax = 512;
/** A source of time alone is believed after so long without a jump. */
export const steadyTimeMs = 86_400_000;
/** What is a jump, and how far apart two sources that agree may be: a receiver on a slow line is a second or two late. */
export const timeJumpMsMax = 10_000;

/** An Ed25519 key in PKCS#8 PEM is about 120 bytes; anything much larger is another file. */
export const identityFileBytesMax = 4_096;
/** A file handed to `qis packet`: the largest packet as hex text with generous spacing; larger ones are not read. */
export const packetFileBytesMax = 65_536;
/** Topic tokens kept: a gateway sees a few hundred different ordinals; about 100 bytes each. */
export const tokensCachedMax = 4_096;

/** Levels and bytes of a filter that is subscribed to elsewhere: more than any device has; Mosquitto cuts off at 200 levels. */
export const topicFilterLevelsMax = 32;
export const topicFilterBytesMax = 512;
/** Topic levels: qis/1/<domain>, up to 12 tokens. */
export const topicLevelsMax = 15;
export const topicBytesMax = 160;
/** Hops a packet may be relayed. */
export const hopsMax = 16;
/** Times that a packet is passed on again because a copy came with fewer hops: the count is not signed. */
export const nearerCopiesMax = 2;
/** A packet is passed on after a random delay up to this, so that a copy that another brings first can be saved. */
export const relayMsMax = 2_000;
/** Ways by which copies came, after which a packet is no longer passed on to all (RFC 6206 calls it k; 3 to 5 are usual). */
export const relayCopiesMax = 3;
/** Pairs of an origin and a neighbour that has its packets from elsewhere: 20 origins at 20 neighbours ten times, some 100 bytes each. */
export const elsewhereMax = 4_096;
/** Packets that wait to be passed on, some 700 bytes each; with more the first of them goes early. */
export const relaysWaitingMax = 4_096;
/** Keys that may share one kid (protocol section 1). */
export const keysPerKidMax = 4;
/** Keys held at all: one origin costs about 150 bytes. */
export const keysMax = 16_384;
/** Packets of unknown origin that wait for their key. */
export const parkedPacketsMax = 256;
/** How long they wait: a neighbour that comes up announces itself within seconds. */
export const parkedMsMax = 600_000;
/** Findings that agree before a gateway has nothing to add (storm rule, protocol section 2). */
export const agreeingFindingsMax = 3;

/** One link frame: an answer with 8 packets (protocol section 5) and what is around it. */
export const linkFrameBytesMax = 5_120;
/** Packets sent on one link and not yet acknowledged. */
export const linkInFlightMax = 256;
/** TCP, TLS and MQTT handshake of one link, over a slow radio. */
export const linkConnectMsMax = 15_000;
/** Silence after which a link asks whether the other end is there; half as long again without an answer ends it. */
export const linkKeepaliveS = 60;
/** Arrivals waiting inside a simulated network. */
export const simulatedArrivalsMax = 65_536;

/** Items of one CBOR value other than a packet: the filters of an announcement, each with its tokens. */
export const cborItemsMax = 2_048;
/** Nesting of CBOR from sensors: a pack, a record, a tagged value; and to spare. */
export const cborNestingMax = 8;
/** A text in CBOR: the address of a broker. */
export const cborTextBytesMax = 256;
export const announcedUrlsMax = 8;
/** Eight phenomena in four cells, two of them with an alarm in nine, and room for a second domain. */
export const announcedFiltersMax = 128;
/** Tokens of one filter: all that a topic has. */
export const announcedTokensMax = coarseOrdinalsMax + fineOrdinalsMax;
/** Filters of single places, over all phenomena: 30 bytes each instead of 18, beside every other filter and eight addresses. */
export const watchedPlacesMax = 64;
/** What a link frame leaves for it. */
export const announcementBytesMax = linkFrameBytesMax - 64;
export const announcementLifetimeSMax = 48 * 3600;
/** Neighbours we keep a session with. */
export const peersMax = 256;
/** Ways to one peer that are remembered: its link and ours, and one spare of each. */
export const waysPerPeerMax = 4;
/** PINGs answered, and challenges sent, per peer: a recorded frame may be played to us without end. */
export const handshakesBurst = 4;
export const handshakesPerS = 0.2;
/** ANNOUNCEs heard of one peer, at once and per second: a change of filters is held against every stored packet. */
export const announcesBurst = 8;
export const announcesPerS = 0.2;
/** Link keys that are kept ready: making one takes longer than checking a frame with it. About 500 bytes each. */
export const linkSealsKeptMax = 1_024;
/** From one attempt to begin a session to the next: doubling. An absent peer costs 10 kB a day. */
export const introduceMsMin = 15_000;
export const introduceMsMax = 3_600_000;
/** Ids in one ACK. */
export const acksPerFrameMax = 16;
/**
 * Acknowledgements owed by neighbours, over all of them: 60 bytes each on disk, 4 MB. The packets themselves are those of
 * storedPacketsMax, whoever owes them.
 */
export const owedMax = 65_536;
/** Packets looked through for a neighbour that says anew what it watches. */
export const backlogPacketsMax = 1_024;
/** STORE frames a second while a backlog is paced out, and at once. */
export const backlogFramesPerS = 5;
export const backlogFramesBurst = 10;
/** From sending a packet to sending it again to whoever has not acknowledged: doubling, with jitter. */
export const resendMsMin = 15_000;
export const resendMsMax = 900_000;
/** Times a packet was sent again before the operator is told that a neighbour does not acknowledge: about two minutes. */
export const resendsTold = 3;

/** Readings waiting between a sensor and the loop: at 12 readings a frame and 1 frame a second, a minute and more. */
export const sourceQueueReadingsMax = 1_024;
/** Bytes a framer holds: several of the longest frames. */
export const framerBytesMax = 1_024;
export const serialFrameBytesMax = 256;
/** Registers of one Modbus request: 125 by the specification (section 6.3); this many fit serialFrameBytesMax. */
export const modbusRegistersMax = 120;
/** Between two requests on one serial line: RS-485 drivers and slow devices need it to turn round. */
export const lineGapMs = 20;
/** Silence after which half a frame is given up: the longest pause inside one that adapters make is some tens of ms. */
export const lineIdleMs = 500;
/** One JSON payload from a sensor. */
export const jsonPayloadBytesMax = 8_192;
/** What a board says of itself: 24 channels in 50 bytes each; the host reads 23 bytes at a time. */
export const bridgeDescriptionBytesMax = 4_096;
/** Commands that wait for one board: each takes a second at worst. */
export const bridgeCommandsMax = 16;
/** From asking a board for lost readings to asking again: they take 0.2 s at 9600 baud. */
export const bridgeResendMs = 500;
/** Nesting of JSON from sensors; the deepest known (lists of what Zigbee devices expose) has 8. */
export const jsonDepthMax = 32;
/** Devices behind one MQTT subscription: each takes channels, of which a gateway has channelsMax. */
export const sourcesPerSensorMax = 256;
/** What such a device calls itself, in characters: an address, a serial number, levels of a topic. */
export const sourceNameLengthMax = 256;
/** Names, aliases and descriptions a convention keeps for one device. */
export const namesPerSourceMax = 512;
/** Devices, learned filters and described sensors behind one subscription that are kept for each account, as far as they go round. */
export const perAccountKept = 16;
/** Times a connection ended while a learned filter was asked for, until the filter is forgotten: links fail at any time. */
export const learnedFilterCutsMax = 3;
/** Messages that may come a second time, remembered by a convention: 60 bytes each. */
export const duplicatesRememberedMax = 1_024;
/** A name of a value in a message: as a channel it is kept, so it is no longer than anyone would write. */
export const nameLengthMax = 128;
/** A unit as a message states it; the longest known one has 10 characters. */
export const unitLengthMax = 32;
/** A value template of a discovery message: a path, some filters. Also the depth its brackets may nest. */
export const templateLengthMax = 512;
/** Sensors that discovery messages describe, over all devices behind one subscription: about 1 kB each. */
export const discoveredSensorsMax = 2_048;
/** Topics that tell whether one device is there: its own, its bridge's, and to spare. */
export const availabilityTopicsMax = 8;
/** One line of text from a device, without its end. */
export const textLineBytesMax = 4_096;
/** Header lines of a device that prints columns, one for each number of them. */
export const textHeadersMax = 8;
/** Bytes from a sensor's broker that make no whole message: many chunks of the socket, less than a camera's pictures. */
export const sourceFrameBytesMax = 262_144;
/** One recording handed to `qis decode`: a day of a serial line as hex. */
export const decodeLineBytesMax = 67_108_864;
/** Readings of one such recording that are told: 130 MB of JSON; a text of 512 MB is more than there can be. */
export const decodedReadingsMax = 1_000_000;
/** Keys of which one neighbour may say that it lacks them. */
export const refusedKeysMax = 4_096;
/** One line of a CSV file. */
export const csvLineBytesMax = 65_536;
/** What a packed recording may unpack to, whatever its size: three years of a row a second. */
export const csvUnpackedBytesMax = 4_294_967_296;
/** Times its size that it may unpack to: recordings reach 20, a gzip bomb 1,032; what is small may all the same. */
export const csvUnpackedRatioMax = 200;
export const csvUnpackedBytesMin = 67_108_864;
/** Rows after a jump of the clock that are held until it is known whether it comes back. */
export const jumpedRowsMax = 10;
/** Gateways of one replay: each has a database and detectors of its own, about 1 MB. */
export const replayStationsMax = 256;
/** Packets whose verification a replay remembers: they come to all gateways within minutes. */
export const verifiedPacketsMax = 4_096;

/** Received packets kept in memory for weighing. */
export const heardPacketsMax = 4_096;
/** Of them from one origin: 1/16, so that nobody alone pushes out what the others said (protocol section 5). */
export const heardPerOriginMax = 256;
/** Events of one origin that are open to answers at a time: more would make one liar many of our packets. */
export const openEventsPerOriginMax = 16;
/** Packets kept on disk; about 300 bytes each. */
export const storedPacketsMax = 50_000;
/** Packets of this gateway waiting to be sent. */
export const outboxPacketsMax = 4_096;
/** Packets taken from the outbox at a time. */
export const outboxBatchMax = 64;
/** Origins and phenomena whose reputation is kept: about 150 bytes each. */
export const reputationsMax = 4_096;
/** Neighbours whose alarm class is known, and what they told of their values (400 bytes each, saved), for each phenomenon. */
export const alarmNeighboursMax = 256;
/** Origins whose place is remembered, for each phenomenon: about 150 bytes each, saved. */
export const vicinityOriginsMax = 256;
/** Origins whose word on an alarm class was learned, for each phenomenon: about 150 bytes each. */
export const alarmStandingsMax = 1_024;
/** Judgements remembered, so that none counts twice: packets heard, by a few judges each. */
export const judgementsMax = 16_384;
/** Origins whose sequences are watched, and packets of each: enough to catch a clone that is active now. */
export const sequencedOriginsMax = 1_024;
export const sequencesPerOriginMax = 64;
/** Pairs of packets kept as proof that a key contradicts itself. */
export const proofsMax = 64;
/** Own open findings that wait for a verdict. */
export const openFindingsMax = 256;
/** Channels a gateway may have: sensors times quantities. */
export const channelsMax = 512;
/** Channels under quality control: a sensor has a dozen, of which one or two are watched; about 600 bytes each. */
export const judgedChannelsMax = 4_096;

/** Jobs in one transaction: at 100 a row costs 617 bytes of writing, alone it costs 5,976. */
export const commitJobsMax = 100;
/** What was concluded, kept for `qis status`. */
export const storedVerdictsMax = 256;
/** Expired packets removed at a time, so that catching up after days off stalls nothing. */
export const prunedPacketsMax = 2_000;
/** Database files found damaged that are kept for a look. */
export const damagedFilesMax = 2;
/** What is left of the write-ahead log after a checkpoint. */
export const storeLogBytesMax = 4_194_304;
/** Pages in it before they are copied into the file, 2 MB: the rarer that is, the more of them coincide. */
export const storeLogPagesMax = 4_000;
/** Pages that SQLite keeps in memory; its own 16 MB fill up with the check at the start. With less, large jobs are written twice. */
export const storeCacheBytesMax = 2_097_152;
/** Events that wait for one subscriber: at ten a second, some minutes of a reader that has stalled. */
export const queuedEventsMax = 4_096;
/** The same in bytes of JSON: an event takes 100 to 400, so this cap is for large ones. In memory it is about three times as much. */
export const queuedEventBytesMax = 1_048_576;
/** Log lines of one kind of event in a minute: one a second, whatever others do to us. */
export const logLinesPerKindMax = 60;
/** Different lines that are remembered to spot repetition. */
export const logRepeatsRememberedMax = 256;
/** Log lines that wait for whoever reads standard error: some thousand. */
export const logBacklogBytesMax = 262_144;
/** A configuration file is some kilobytes. */
export const configBytesMax = 262_144;
/** A password, or the certificates of a few hundred authorities. */
export const secretFileBytesMax = 1_048_576;
/** Lines an operator is shown at once; a broken bracket can make thousands. */
export const configProblemsMax = 50;
/** How long systemd may take to hear a notification: a few milliseconds, on a card that writes out its cache some seconds. */
export const notifyMsMax = 20_000;
/** Linux takes 107 bytes, macOS 103. */
export const socketPathBytesMax = 100;
/** Words compared for "did you mean". */
export const nearestWordLengthMax = 64;

/** Back-off of every reconnection: full jitter between 0 and a doubling ceiling. */
export const retryMsMin = 500;
export const retryMsMax = 60_000;
/** A connection that held this long starts again from the shortest delay. */
export const retryStableMs = 60_000;
/** Dispose drains for at most this long. */
export const drainMsMax = 3_000;

assert(sequenceLeadMax * 1_000 <= issueSettleMs, 'a start waits out what the last process ran ahead');
assert(5 + 2 * modbusRegistersMax <= serialFrameBytesMax, 'the longest Modbus reply must fit a frame');
assert(framerBytesMax >= 2 * serialFrameBytesMax, 'a framer must hold a frame and the start of the next');
assert(linkFrameBytesMax >= 9 * packetBytesMax, 'an answer with 8 packets must fit a link frame');
assert(linkSealsKeptMax >= peersMax, 'the keys of all peers are kept ready');
assert(3 + coarseOrdinalsMax + fineOrdinalsMax <= topicLevelsMax, 'the longest condition must fit a topic');
assert(commitJobsMax * 16_384 < storeCacheBytesMax, 'a transaction fits in the cache, at 16 pages a job');
assert(outboxPacketsMax < storedPacketsMax, 'the outbox lives inside the packet table');
assert(judgedChannelsMax >= channelsMax, 'every watched channel is under quality control');
assert(heardPacketsMax >= 16 * heardPerOriginMax, 'one origin must leave room for others');
