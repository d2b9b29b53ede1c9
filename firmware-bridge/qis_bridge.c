/*
 * Firmware bridge: frames out, commands in (PROTOCOL.md).
 *
 *   reading -> ring -> words -> CBOR, CRC, COBS in tx -> qis_bridge_write
 *   qis_bridge_receive -> COBS, CRC -> rx -> command -> answer
 *
 * All numbers sent are 32-bit words, read as bytes where they stand; one function builds every frame. Commands come in a
 * layout that is used where it was received. This is what fits into 1 KiB of flash on an ATmega328P.
 */
#include "qis_bridge.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are read byte by byte from the lowest: a little-endian machine is needed"
#endif

/* Types, with the major version in the upper half. */
#define HELLO 0x11
#define HEARTBEAT 0x12
#define READING 0x13
#define COMMAND 0x14
#define ANSWER 0x15

/* Heads of CBOR items (RFC 8949 section 3). */
#define NEGATIVE 0x20
#define BYTES 0x40
#define ARRAY 0x80

/* As many bytes of the description as a head of one byte can count. */
#define PART_BYTES 23
/* Readings kept: a power of two, so that sequence numbers find them after they wrap. */
#define READINGS 8
/* Two zeros before a frame, type, sequence, array, four words, the part, check, the zero behind it. */
#define TX_BYTES (2 + 2 + 1 + 4 * 5 + 1 + PART_BYTES + 2 + 1)
/* The zero that COBS puts before a frame, type, sequence, head, order, check. */
#define COMMAND_BYTES (1 + 2 + 1 + 6 + 2)
/* A check that is 0xffff behind that zero. */
#define CRC_BEFORE 0x1e0c

/* Words 1 to 3 of a READING. */
typedef struct {
    uint32_t time_ms;
    uint32_t id;
    int32_t value;
} reading;

typedef struct {
    uint8_t zero;
    uint8_t type;
    uint8_t sequence;
    uint8_t head;
    qis_bridge_order order;
} command;

qis_bridge_board qis_bridge_self;

static struct {
    union {
        command command;
        uint8_t bytes[COMMAND_BYTES];
    } rx;
    reading ring[READINGS];
    uint8_t result[4]; /* a word */
    const char *description_end;
    uint16_t rx_crc;
    uint8_t rx_end;
    uint8_t rx_left; /* bytes to come of the open COBS block */
    uint8_t next; /* sequence number of the next reading */
    uint8_t tx[TX_BYTES];
} bridge;

/* CRC-16/CCITT-FALSE, bit by bit: a table would cost half the flash there is. */
static uint16_t crc_of(uint16_t crc, uint8_t byte)
{
    uint8_t bit = 8;
    crc ^= (uint16_t)((uint16_t)byte << 8);
    do {
        crc = (uint16_t)((crc & 0x8000u) ? (uint16_t)(crc << 1) ^ 0x1021u : (uint16_t)(crc << 1));
    } while (--bit);
    return crc;
}

/* Sends a frame of the first word of qis_bridge_self, `words` after it, and in a HELLO a part of the description. */
static void send(uint8_t type, uint8_t sequence, const void *words, uint8_t count)
{
    const uint8_t *word = (const uint8_t *)&qis_bridge_self;
    uint8_t *at = bridge.tx + 1;
    uint8_t *from;
    uint16_t crc = 0xffff;
    uint8_t distance = 0;

    *at++ = 0;
    *at++ = type;
    *at++ = sequence;
    *at++ = (uint8_t)(ARRAY | count);
    if (type == HELLO) at[-1]++;
    /* Each word as a signed integer in its shortest form (RFC 8949 section 4.2.1). */
    do {
        uint8_t bytes = 4;
        uint8_t sign, head, low;
        word += 3;
        sign = (*word & 0x80) ? 0xff : 0;
        for (; *word == sign && bytes > 1; word--) bytes--;
        if (bytes == 3) {
            bytes++;
            word++;
        }
        low = *word ^ sign;
        head = (uint8_t)(24 + bytes / 2);
        if (bytes == 1 && low < 24) {
            head = low;
            bytes = 0;
        }
        *at++ = head | (sign & NEGATIVE);
        for (; bytes; bytes--) *at++ = *word-- ^ sign;
        word = (const uint8_t *)words;
        words = word + 4;
    } while (--count);
    if (type == HELLO) {
        const char *part = qis_bridge_description + sequence * PART_BYTES;
        uint8_t head = BYTES;
        from = at++;
        for (; part < bridge.description_end && head < BYTES + PART_BYTES; head++) *at++ = QIS_BRIDGE_FLASH_BYTE(part++);
        *from = head;
    }
    for (from = bridge.tx + 2; from != at; from++) crc = crc_of(crc, *from);
    *at++ = (uint8_t)(crc >> 8);
    *at++ = (uint8_t)crc;
    *at++ = 0;
    /* COBS, from behind: each zero but the last becomes the distance to the next one. */
    from = at;
    while (--from != bridge.tx) {
        if (*from == 0) {
            *from = distance;
            distance = 0;
        }
        distance++;
    }
    for (; from != at; from++) qis_bridge_write(*from);
}

static void send_self(uint8_t type, uint8_t sequence, uint8_t count)
{
    qis_bridge_self.time_ms = qis_bridge_millis();
    send(type, sequence, &qis_bridge_self.time_ms, count);
}

/* An offset of 8 bits: the compiler's own arithmetic of 16 costs 40 bytes. */
static reading *kept(uint8_t sequence)
{
    uint8_t offset = (uint8_t)(sequence % READINGS * sizeof(reading));
    return (reading *)(void *)((uint8_t *)bridge.ring + offset);
}

static void send_readings(uint8_t from)
{
    for (; from != bridge.next; from++) send(READING, from, kept(from), 4);
}

static void take_frame(void)
{
    const command *it = &bridge.rx.command;
    /* The check over a frame with its check is 0. */
    if (bridge.rx_crc != 0) return;
    if (it->type == HELLO) {
        send_self(HELLO, it->sequence, 4);
    } else if (it->type == COMMAND && bridge.rx_end == COMMAND_BYTES) {
        uint8_t from = bridge.next;
        uint8_t result = QIS_BRIDGE_OK;
        if (it->order.code == QIS_BRIDGE_RESEND) {
            uint8_t count = (uint8_t)(from - it->order.id);
            if (count > READINGS) count = READINGS;
            from = (uint8_t)(from - count);
            result = from;
        } else if (it->order.code != QIS_BRIDGE_PING) {
            result = qis_bridge_command(&it->order);
        }
        bridge.result[0] = result;
        send(ANSWER, it->sequence, bridge.result, 2);
        send_readings(from);
    }
}

void qis_bridge_begin(void)
{
    const char *at = qis_bridge_description;
    uint16_t hash = 0xffff;
    uint8_t byte;
    while ((byte = QIS_BRIDGE_FLASH_BYTE(at)) != 0) {
        hash = crc_of(hash, byte);
        at++;
    }
    bridge.description_end = at;
    qis_bridge_self.hash = hash;
    send_self(HELLO, 0, 4);
}

void qis_bridge_receive(uint8_t byte)
{
    if (byte == 0) {
        take_frame();
        bridge.rx_end = 0;
        bridge.rx_left = 0;
        bridge.rx_crc = CRC_BEFORE;
        return;
    }
    /* Between blocks a byte is the length of the next one, and stands for a zero. */
    if (bridge.rx_left == 0) {
        bridge.rx_left = byte;
        byte = 0;
    }
    bridge.rx_left--;
    bridge.rx_crc = crc_of(bridge.rx_crc, byte);
    if (bridge.rx_end > COMMAND_BYTES) return;
    if (bridge.rx_end < COMMAND_BYTES) bridge.rx.bytes[bridge.rx_end] = byte;
    bridge.rx_end++;
}

void qis_bridge_reading(uint8_t id, int32_t value)
{
    uint8_t sequence = bridge.next++;
    reading *it = kept(sequence);
    it->id = id;
    it->value = value;
    it->time_ms = qis_bridge_millis();
    send_readings(sequence);
}

void qis_bridge_poll(void)
{
    uint16_t passed_ms = (uint16_t)(qis_bridge_millis() - qis_bridge_self.time_ms);
    if (passed_ms >= QIS_BRIDGE_HEARTBEAT_MS) send_self(HEARTBEAT, bridge.next, 2);
}
